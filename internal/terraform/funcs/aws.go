package funcs

import (
	"errors"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// arnParts are the sections of an ARN after "arn", by the names that the AWS
// provider gives them.
var arnParts = []string{"partition", "service", "region", "account_id", "resource"}

var arnType = cty.Object(map[string]cty.Type{
	"partition": cty.String, "service": cty.String, "region": cty.String,
	"account_id": cty.String, "resource": cty.String,
})

var arnParseFunc = onTexts(arnType, func(args []string) (cty.Value, error) {
	sections, err := splitARN(args[0])
	if err != nil {
		return cty.NilVal, err
	}
	attrs := make(map[string]cty.Value, len(arnParts))
	for i, name := range arnParts {
		attrs[name] = cty.StringVal(sections[i+1])
	}
	return cty.ObjectVal(attrs), nil
}, "arn")

var arnBuildFunc = onTexts(cty.String, func(args []string) (cty.Value, error) {
	return cty.StringVal("arn:" + strings.Join(args, ":")), nil
}, arnParts...)

// trimIAMRolePathFunc is for services that take role ARNs without a path.
var trimIAMRolePathFunc = onTexts(cty.String, func(args []string) (cty.Value, error) {
	sections, err := splitARN(args[0])
	if err != nil {
		return cty.NilVal, err
	}
	resource := &sections[5]
	switch {
	case sections[2] != "iam":
		return cty.NilVal, errors.New(`service must be "iam"`)
	case sections[3] != "":
		return cty.NilVal, errors.New("region must be empty")
	case !strings.HasPrefix(*resource, "role/"):
		return cty.NilVal, errors.New(`resource must begin with "role/"`)
	}
	*resource = "role/" + (*resource)[strings.LastIndexByte(*resource, '/')+1:]
	return cty.StringVal(strings.Join(sections, ":")), nil
}, "arn")

func splitARN(arn string) ([]string, error) {
	if !strings.HasPrefix(arn, "arn:") {
		return nil, errors.New("arn: invalid prefix")
	}
	sections := strings.SplitN(arn, ":", 6)
	if len(sections) != 6 {
		return nil, errors.New("arn: not enough sections")
	}
	return sections, nil
}

// userAgentFunc exists since version 6.27 of the provider.
var userAgentFunc = onTexts(cty.String, func(args []string) (cty.Value, error) {
	product, version, comment := args[0], args[1], args[2]
	if product == "" {
		return cty.NilVal, errors.New("product_name must be set")
	}
	if version != "" {
		product += "/" + version
	}
	if comment != "" {
		product += " (" + comment + ")"
	}
	return cty.StringVal(product), nil
}, "product_name", "product_version", "comment")
