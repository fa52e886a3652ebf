package backup

import (
	"strings"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/policy"
)

// A source is something that AWS Backup can back up.
type source struct {
	res  *graph.Resource
	kind kind
	// part says that it is only a part of res, whose ARN does not name it.
	part bool
	// noun is what messages call it: "this table".
	noun string
	// id is its own part of the ARN, behind the kind's prefix.
	id graph.Value
	// tags are where its tags stand, the first that has a key wins.
	tags []graph.Value
}

// A kind is how ARNs and the settings of AWS Backup name a type of resource.
type kind struct {
	service, prefix string // arn:aws:<service>:…:<prefix><name>
	name            string // the attribute with the name; "" for an id that AWS chooses
	noun            string
	optIn           string // its name in aws_backup_region_settings
	// always says that only the opt-in decides whether it is backed up, even
	// where a selection names it.
	always bool
}

var (
	dbInstance = kind{service: "rds", prefix: "db:", name: "identifier", noun: "database instance", optIn: "RDS"}
	ec2Kind    = kind{service: "ec2", prefix: "instance/", noun: "instance", optIn: "EC2"}
	volumeKind = kind{service: "ec2", prefix: "volume/", noun: "volume", optIn: "EBS"}
)

var kinds = map[string]kind{
	"aws_dynamodb_table":           {service: "dynamodb", prefix: "table/", name: "name", noun: "table", optIn: "DynamoDB"},
	"aws_ebs_volume":               volumeKind,
	"aws_efs_file_system":          {service: "elasticfilesystem", prefix: "file-system/", noun: "file system", optIn: "EFS"},
	"aws_instance":                 ec2Kind,
	"aws_spot_instance_request":    ec2Kind,
	"aws_autoscaling_group":        ec2Kind,
	"aws_db_instance":              dbInstance,
	"aws_rds_cluster_instance":     dbInstance,
	"aws_docdb_cluster_instance":   dbInstance,
	"aws_neptune_cluster_instance": dbInstance,
	"aws_rds_cluster":              {service: "rds", prefix: "cluster:", name: "cluster_identifier", noun: "cluster", optIn: "Aurora", always: true},
	"aws_docdb_cluster":            {service: "rds", prefix: "cluster:", name: "cluster_identifier", noun: "cluster", optIn: "DocumentDB", always: true},
	"aws_neptune_cluster":          {service: "rds", prefix: "cluster:", name: "cluster_identifier", noun: "cluster", optIn: "Neptune", always: true},
}

// sourceOf is the resource as AWS Backup sees it, with its own tags and the
// provider's. Its type must be one of kinds.
func sourceOf(r *graph.Resource) source {
	k := kinds[r.Type]
	s := source{res: r, kind: k, noun: k.noun, tags: ownTags(r)}
	attr := "id"
	if k.name != "" {
		attr = k.name
		s.id = r.Attr(attr)
	}
	switch {
	case s.id.Kind() == graph.KindString && s.id.Text() != "", k.name != "" && s.id.Kind() == graph.KindUnknown:
	case r.ID != "":
		s.id = graph.String(r.ID)
	default:
		s.id = graph.String(graph.Ref{Address: r.Address, Attribute: attr}.Placeholder())
	}
	return s
}

func ownTags(r *graph.Resource) []graph.Value {
	layers := []graph.Value{r.Attr("tags")}
	if r.DefaultTags != nil {
		layers = append(layers, r.DefaultTags())
	}
	return layers
}

// tag is the value of a tag: absent if there is none of that key.
func (s source) tag(key string) graph.Value {
	literal := !graph.HasPlaceholder(key)
	for _, layer := range s.tags {
		if layer.Kind() == graph.KindUnknown {
			return layer
		}
		if v := layer.Key(key); literal && v.IsSet() != logic.False {
			return v
		}
		for _, k := range layer.Keys() {
			switch v := layer.Key(k); graph.SameText(k, key) {
			case logic.True:
				if v.IsSet() != logic.False {
					return v
				}
			case logic.Unknown:
				return graph.UnknownValue(graph.String(k + key).Cause()).From(graph.At(v.Location()))
			}
		}
	}
	return graph.AbsentValue().From(graph.At(s.res.Location()))
}

// named decides whether an ARN, or a pattern of ARNs, of a selection in the
// graph is about the source.
func (s source) named(g *graph.Graph, v graph.Value) logic.Truth {
	text := v.Text()
	if v.Kind() != graph.KindString {
		return g.Identifies(v, s.res)
	}
	if text == "*" {
		return logic.True
	}
	if parts := graph.Parts(text); len(parts) == 0 || parts[0].Literal == "" {
		return g.Identifies(v, s.res).And(logic.Of(!s.part))
	}
	if strings.HasPrefix(s.res.ARN, "arn:") && !s.part {
		return policy.ResourceCovers(text, s.res.ARN)
	}
	arn, ok := policy.ParseARN(text)
	if !ok {
		return policy.ResourceCovers(text, s.arn())
	}
	// Partition and account are those of the configuration, in the pattern too.
	return logic.All(
		policy.ResourceCovers(arn.Service, s.kind.service),
		s.inRegion(arn.Region),
		s.isResource(g, arn.Resource),
	)
}

// arn spells the ARN with what is not known of it as holes.
func (s source) arn() string {
	hole := graph.Cause{Text: "the account is not known"}.Placeholder()
	region := s.res.Region
	if region == "" {
		region = hole
	}
	return "arn:aws:" + s.kind.service + ":" + region + ":" + hole + ":" + s.kind.prefix + text(s.id)
}

func (s source) inRegion(pattern string) logic.Truth {
	if s.res.Region == "" || graph.HasPlaceholder(pattern) {
		return logic.True
	}
	return logic.Of(glob(pattern, s.res.Region))
}

// isResource decides whether the last field of an ARN is about the source.
func (s source) isResource(g *graph.Graph, pattern string) logic.Truth {
	var b strings.Builder
	for _, p := range graph.Parts(pattern) {
		switch {
		case p.Ref != nil && p.Ref.Address == s.res.Address && !s.part:
			b.WriteString(text(s.id))
		case p.Ref != nil:
			if r := g.ByAddress(p.Ref.Address); r != nil && !r.Data {
				return logic.False
			}
			b.WriteString(p.Ref.Placeholder())
		case p.Hole != nil:
			if g.Identifies(graph.UnknownValue(*p.Hole), s.res) == logic.False {
				return logic.False
			}
			b.WriteString(p.Hole.Placeholder())
		default:
			b.WriteString(p.Literal)
		}
	}
	own := s.kind.prefix + text(s.id)
	truth := policy.ResourceCovers(b.String(), own)
	if truth == logic.Unknown && !graph.HasPlaceholder(pattern) && !strings.Contains(pattern, "*") && len(s.id.Refs()) > 0 {
		return logic.False // an id written out is that of something that exists already
	}
	return truth
}

// text is v for comparison: a value that is not known is a hole, which is equal
// to itself if it is exactly what its cause names.
func text(v graph.Value) string {
	if v.Kind() == graph.KindUnknown {
		return v.Cause().Placeholder()
	}
	if s, ok := v.Literal(); ok {
		return s
	}
	return v.Text()
}

// glob decides whether a pattern, in which * stands for any text, matches s.
func glob(pattern, s string) bool {
	head, rest, wild := strings.Cut(pattern, "*")
	if !wild {
		return pattern == s
	}
	if !strings.HasPrefix(s, head) {
		return false
	}
	s = s[len(head):]
	for {
		part, more, wild := strings.Cut(rest, "*")
		if !wild {
			return strings.HasSuffix(s, part)
		}
		i := strings.Index(s, part)
		if i < 0 {
			return false
		}
		s, rest = s[i+len(part):], more
	}
}
