package funcs

import (
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// table holds every function by the name without core::.
var table = makeTable()

type option func(*Func)

// carried: see Func.carries.
func carried(by func([]cty.Value) bool) option { return func(f *Func) { f.carries = by } }

// limited: see Func.limit.
func limited(by func([]cty.Value) error) option { return func(f *Func) { f.limit = by } }

// direct: see Func.direct.
func direct(call func(*Scope, []cty.Value) (cty.Value, error)) option {
	return func(f *Func) { f.direct = call }
}

// minting: see Func.mints.
func minting(f *Func) { f.mints = true }

func makeTable() map[string]*Func {
	t := make(map[string]*Func, 160)
	add := func(name string, f *Func, options []option) {
		f.name = name
		f.params, f.varParam = f.pure.Params(), f.pure.VarParam()
		for _, o := range options {
			o(f)
		}
		t[name] = f
	}
	pure := func(name string, fn function.Function, options ...option) {
		add(name, &Func{pure: fn}, options)
	}
	scoped := func(name string, bind func(*Scope) function.Function, options ...option) {
		add(name, &Func{pure: bind(&Scope{}), bind: bind}, options)
	}
	addNumbers(pure)
	addStrings(pure, scoped)
	addCollections(pure)
	addEncodings(pure)
	addFiles(pure, scoped)
	addTimes(pure)
	addHashes(pure, scoped)
	addNetworks(pure)
	addConversions(pure)
	addProviders(pure)
	return t
}

type (
	addPure   func(name string, fn function.Function, options ...option)
	addScoped func(name string, bind func(*Scope) function.Function, options ...option)
)

func addNumbers(pure addPure) {
	pure("abs", stdlib.AbsoluteFunc)
	pure("ceil", stdlib.CeilFunc)
	pure("floor", stdlib.FloorFunc)
	pure("log", stdlib.LogFunc)
	pure("max", stdlib.MaxFunc)
	pure("min", stdlib.MinFunc)
	pure("parseint", parseIntFunc, limited(parseIntLimit))
	pure("pow", stdlib.PowFunc)
	pure("signum", stdlib.SignumFunc)
}

func addStrings(pure addPure, scoped addScoped) {
	pure("chomp", stdlib.ChompFunc, carried(carry))
	pure("endswith", endsWithFunc)
	pure("format", stdlib.FormatFunc, carried(formatCarries), limited(formatLimit))
	pure("formatlist", stdlib.FormatListFunc, carried(formatCarries), limited(formatListLimit))
	pure("indent", stdlib.IndentFunc, carried(carry), limited(indentLimit))
	pure("join", stdlib.JoinFunc, carried(carry), limited(joinLimit))
	pure("lower", stdlib.LowerFunc)
	pure("regex", stdlib.RegexFunc, limited(regexLimit))
	pure("regexall", stdlib.RegexAllFunc, limited(regexLimit))
	pure("replace", replaceFunc)
	pure("split", stdlib.SplitFunc)
	pure("startswith", startsWithFunc)
	pure("strcontains", strContainsFunc)
	pure("strrev", stdlib.ReverseFunc)
	pure("substr", stdlib.SubstrFunc)
	scoped("templatestring", templateStringFunc, carried(carry))
	pure("title", stdlib.TitleFunc)
	pure("trim", stdlib.TrimFunc)
	pure("trimprefix", stdlib.TrimPrefixFunc)
	pure("trimspace", stdlib.TrimSpaceFunc, carried(carry))
	pure("trimsuffix", stdlib.TrimSuffixFunc)
	pure("upper", stdlib.UpperFunc)
}

func addCollections(pure addPure) {
	pure("alltrue", allTrueFunc)
	pure("anytrue", anyTrueFunc)
	pure("chunklist", stdlib.ChunklistFunc, carried(carry))
	pure("coalesce", coalesceFunc, carried(carry))
	pure("coalescelist", stdlib.CoalesceListFunc, carried(carry))
	pure("compact", stdlib.CompactFunc, carried(carry))
	pure("concat", stdlib.ConcatFunc, carried(carry))
	pure("contains", stdlib.ContainsFunc, carried(containsCarries))
	pure("distinct", distinctFunc, carried(carry))
	pure("element", stdlib.ElementFunc, carried(carry))
	pure("flatten", stdlib.FlattenFunc, carried(carry), direct(flatten))
	pure("index", indexFunc)
	pure("keys", stdlib.KeysFunc, carried(carry))
	pure("length", lengthFunc, carried(lengthCarries))
	pure("list", removed("list", "tolist([ ... ]) syntax to write a literal list"))
	pure("lookup", lookupFunc, carried(lookupCarries))
	pure("map", removed("map", "tomap({ ... }) syntax to write a literal map"))
	pure("matchkeys", matchKeysFunc)
	pure("merge", stdlib.MergeFunc, carried(carry))
	pure("one", oneFunc, carried(carry))
	pure("range", stdlib.RangeFunc)
	pure("reverse", stdlib.ReverseListFunc, carried(carry))
	pure("setintersection", stdlib.SetIntersectionFunc)
	pure("setproduct", stdlib.SetProductFunc, carried(carry), limited(setProductLimit))
	pure("setsubtract", stdlib.SetSubtractFunc)
	pure("setunion", stdlib.SetUnionFunc, carried(carry))
	pure("slice", stdlib.SliceFunc, carried(carry))
	pure("sort", stdlib.SortFunc)
	pure("sum", sumFunc)
	pure("transpose", transposeFunc)
	pure("values", stdlib.ValuesFunc, carried(carry))
	pure("zipmap", stdlib.ZipmapFunc, carried(carry))
}

func addEncodings(pure addPure) {
	pure("base64decode", base64DecodeFunc, minting)
	pure("base64encode", base64EncodeFunc)
	pure("base64gunzip", base64GunzipFunc, minting)
	pure("base64gzip", base64GzipFunc)
	pure("csvdecode", stdlib.CSVDecodeFunc, limited(csvLimit))
	pure("jsondecode", stdlib.JSONDecodeFunc, carried(carry), limited(jsonDecodeLimit), minting)
	pure("jsonencode", encoder(JSONEncode).signature("val"), direct(encoder(JSONEncode).call), carried(carry))
	pure("textdecodebase64", textDecodeBase64Func, minting)
	pure("textencodebase64", textEncodeBase64Func)
	pure("urldecode", urlDecodeFunc, minting)
	pure("urlencode", urlEncodeFunc)
	pure("yamldecode", yamlDecodeFunc, carried(carry), minting)
	pure("yamlencode", encoder(YAMLEncode).signature("value"), direct(encoder(YAMLEncode).call), carried(carry))
}

func addFiles(pure addPure, scoped addScoped) {
	scoped("abspath", absPathFunc)
	pure("basename", basenameFunc)
	pure("dirname", dirnameFunc)
	scoped("file", fileFunc)
	scoped("filebase64", fileBase64Func)
	scoped("fileexists", fileExistsFunc)
	scoped("fileset", fileSetFunc)
	scoped("pathexpand", pathExpandFunc)
	scoped("templatefile", templateFileFunc, carried(templateFileCarries))
}

func addTimes(pure addPure) {
	pure("formatdate", stdlib.FormatDateFunc)
	pure("plantimestamp", unpredictable(nil))
	pure("timeadd", stdlib.TimeAddFunc)
	pure("timecmp", timeCmpFunc)
	pure("timestamp", unpredictable(nil))
}

func addHashes(pure addPure, scoped addScoped) {
	for name, d := range map[string]digest{
		"base64sha256": base64Sha256, "base64sha512": base64Sha512,
		"md5": hexMD5, "sha1": hexSha1, "sha256": hexSha256, "sha512": hexSha512,
	} {
		pure(name, d.textFunc())
		scoped("file"+name, d.fileFunc)
	}
	pure("bcrypt", unpredictable(&function.Parameter{Name: "cost", Type: cty.Number}, "str"))
	pure("rsadecrypt", unpredictable(nil, "ciphertext", "privatekey"))
	pure("uuid", unpredictable(nil))
	pure("uuidv5", uuidV5Func)
}

func addNetworks(pure addPure) {
	pure("cidrcontains", cidrContainsFunc)
	pure("cidrhost", cidrHostFunc)
	pure("cidrnetmask", cidrNetmaskFunc)
	pure("cidrsubnet", cidrSubnetFunc)
	pure("cidrsubnets", cidrSubnetsFunc)
}

func addConversions(pure addPure) {
	pure("ephemeralasnull", ephemeralAsNullFunc, carried(carry))
	pure("issensitive", issensitiveFunc, carried(carry))
	pure("nonsensitive", nonsensitiveFunc, carried(carry))
	pure("sensitive", sensitiveFunc, carried(carry))
	pure("tobool", to(cty.Bool))
	pure("tolist", to(cty.List(cty.DynamicPseudoType)), carried(carry))
	pure("tomap", to(cty.Map(cty.DynamicPseudoType)), carried(carry))
	pure("tonumber", to(cty.Number))
	pure("toset", to(cty.Set(cty.DynamicPseudoType)), carried(carry))
	pure("tostring", to(cty.String), carried(carry))
}

func addProviders(pure addPure) {
	pure("provider::aws::arn_build", arnBuildFunc, carried(carry))
	pure("provider::aws::arn_parse", arnParseFunc)
	pure("provider::aws::trim_iam_role_path", trimIAMRolePathFunc)
	pure("provider::aws::user_agent", userAgentFunc, carried(carry))
	pure("provider::terraform::decode_tfvars", decodeTfvarsFunc, limited(tfvarsLimit), minting)
	pure("provider::terraform::encode_expr", encodeExprFunc)
	pure("provider::terraform::encode_tfvars", encodeTfvarsFunc)
}
