package emr

import (
	"slices"

	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var cluster = []string{"aws_emr_cluster"}

var kerberosEnabled = rule.Rule{
	ID:     "EMR_KERBEROS_ENABLED",
	Types:  cluster,
	Assert: rule.Func(evalKerberos),
}

type kerberosParam struct {
	param string
	path  []string
}

// kerberosParams are the parameters that a Kerberos configuration must match
// where they are set, with their place in the JSON of the security configuration.
var kerberosParams = []kerberosParam{
	{"TicketLifetimeInHours", []string{"ClusterDedicatedKdcConfiguration", "TicketLifetimeInHours"}},
	{"Realm", []string{"ClusterDedicatedKdcConfiguration", "CrossRealmTrustConfiguration", "Realm"}},
	{"Domain", []string{"ClusterDedicatedKdcConfiguration", "CrossRealmTrustConfiguration", "Domain"}},
	{"AdminServer", []string{"ClusterDedicatedKdcConfiguration", "CrossRealmTrustConfiguration", "AdminServer"}},
	{"KdcServer", []string{"ClusterDedicatedKdcConfiguration", "CrossRealmTrustConfiguration", "KdcServer"}},
}

func evalKerberos(t *rule.Target) rule.Verdict {
	name := t.Attr("security_configuration")
	if name.NonEmpty() == logic.False {
		return rule.Fail(name, "security_configuration is not set: no Kerberos").Named("security_configuration")
	}
	security, found := t.Graph.Referent(name, "aws_emr_security_configuration")
	if found != logic.True {
		return unseen(t, name)
	}
	doc := security.Attr("configuration").JSON()
	kerberos := doc.Key("AuthenticationConfiguration").Key("KerberosConfiguration")
	verdict := rule.Require(kerberos.IsSet(), kerberos, "%s has no AuthenticationConfiguration.KerberosConfiguration", security.Address)
	for _, p := range kerberosParams {
		want := t.Param(p.param)
		if !want.IsSet() {
			continue
		}
		v := kerberos
		for _, key := range p.path {
			v = v.Key(key)
		}
		verdict = rule.All(verdict, rule.Require(v.Is(want.String()), v, "%s of the Kerberos configuration is %s, must be %q", p.param, v.Display(), want))
	}
	return verdict
}

// unseen judges a cluster whose security configuration is declared elsewhere.
// EMR demands Kerberos attributes, above all a password, of a cluster with
// Kerberos, and refuses them to every other.
func unseen(t *rule.Target, security graph.Value) rule.Verdict {
	attributes := t.Blocks("kerberos_attributes")
	restricted := slices.ContainsFunc(kerberosParams, func(p kerberosParam) bool { return t.Param(p.param).IsSet() })
	switch exist := attributes.Exist(); {
	case exist == logic.False:
		return rule.Fail(security, "the cluster has no kerberos_attributes, which EMR demands with a security configuration that has Kerberos").Named("security_configuration")
	case exist == logic.True && !restricted:
		return rule.Pass(logic.True, security, "the cluster has kerberos_attributes, which EMR takes only with a security configuration that has Kerberos").Named("security_configuration")
	}
	c := security.Cause()
	if c.Text == "" || security.Kind() == graph.KindString {
		c.Text = "the security configuration is not in this configuration: only AWS knows whether it has Kerberos"
	}
	return rule.Because(security, c)
}
