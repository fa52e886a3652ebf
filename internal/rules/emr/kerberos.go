package emr

import (
	"safeguard/internal/graph"
	"safeguard/internal/rule"
)

var cluster = []string{"aws_emr_cluster"}

var kerberosEnabled = rule.Rule{
	ID:     "EMR_KERBEROS_ENABLED",
	Types:  cluster,
	Assert: rule.Func(evalKerberos),
}

// kerberosParams are the parameters that a Kerberos configuration must match
// where they are set, with their place in the JSON of the security configuration.
var kerberosParams = []struct {
	param string
	path  []string
}{
	{"TicketLifetimeInHours", []string{"ClusterDedicatedKdcConfiguration", "TicketLifetimeInHours"}},
	{"Realm", []string{"ClusterDedicatedKdcConfiguration", "CrossRealmTrustConfiguration", "Realm"}},
	{"Domain", []string{"ClusterDedicatedKdcConfiguration", "CrossRealmTrustConfiguration", "Domain"}},
	{"AdminServer", []string{"ClusterDedicatedKdcConfiguration", "CrossRealmTrustConfiguration", "AdminServer"}},
	{"KdcServer", []string{"ClusterDedicatedKdcConfiguration", "CrossRealmTrustConfiguration", "KdcServer"}},
}

func evalKerberos(t *rule.Target) rule.Verdict {
	name := t.Attr("security_configuration")
	security, found := t.Graph.Referent(name, "aws_emr_security_configuration")
	if found != graph.True {
		if name.NonEmpty() == graph.False {
			return rule.Fail(name, "security_configuration is not set: no Kerberos").Named("security_configuration")
		}
		c := name.Cause()
		if _, literal := name.Literal(); literal {
			c.Text = "the security configuration is not in this configuration: only AWS knows whether it has Kerberos"
		}
		return rule.Because(name, c)
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
