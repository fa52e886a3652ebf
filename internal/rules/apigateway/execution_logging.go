package apigateway

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
)

var executionLogging = rule.Rule{
	ID:     "API_GW_EXECUTION_LOGGING_ENABLED",
	Types:  []string{"aws_api_gateway_stage", "aws_api_gateway_deployment", "aws_apigatewayv2_stage"},
	Assert: rule.With(evalExecutionLogging, repairExecutionLogging),
}

func evalExecutionLogging(t *rule.Target) rule.Verdict {
	if v, ok := stageless(t); ok {
		return v
	}
	if t.Type == "aws_apigatewayv2_stage" {
		return webSocketLogging(t)
	}
	return restLogging(t)
}

// level judges a logging level; unset means off.
func level(t *rule.Target, v graph.Value) logic.Truth {
	allowed := t.Param("loggingLevel").List()
	if len(allowed) == 0 {
		allowed = []string{"ERROR", "INFO"}
	}
	return v.Or(graph.String("OFF")).OneOf(allowed...)
}

// restLogging needs an allowed level for all methods, the path "*/*", and none
// of another level for single ones.
func restLogging(t *rule.Target) rule.Verdict {
	settings := t.Graph.OfType("aws_api_gateway_method_settings")
	everywhere, overrides := logic.False, logic.True
	var openAt, overrideAt graph.Value
	for _, s := range settings {
		mine := ofStage(t, s)
		if mine == logic.False {
			continue
		}
		v := s.Get("settings.logging_level")
		ok := level(t, v)
		wide := s.Attr("method_path").Is("*/*")
		maybe := s.Maybe && !s.Together(t.Resource)
		if mine == logic.Unknown || maybe || wide == logic.Unknown {
			if wide != logic.True && v.IsSet() != logic.False && ok != logic.True && overrides == logic.True {
				overrides = logic.Unknown
				overrideAt = graph.UnknownValue(whyOpen(s)).From(graph.At(s.Location()))
			}
			if everywhere != logic.True {
				everywhere = logic.Unknown
				openAt = graph.UnknownValue(whyOpen(s)).From(graph.At(s.Location()))
			}
			continue
		}
		switch {
		case wide == logic.True:
			if everywhere = everywhere.Or(ok); ok != logic.True {
				openAt = v
			}
		case v.IsSet() != logic.False: // a setting that leaves the level alone overrides nothing
			if overrides = overrides.And(ok); ok != logic.True {
				overrideAt = v
			}
		}
	}
	if overrides != logic.True {
		return rule.Require(overrides, overrideAt, "a method has the logging level %s", overrideAt.Display())
	}
	if everywhere == logic.False && t.Graph.Incomplete != "" {
		return rule.Because(t.Here(), t.Graph.Gap())
	}
	if everywhere == logic.False && openAt.Kind() == graph.KindUnknown {
		openAt = t.Here()
	}
	if everywhere == logic.True {
		return rule.Pass(logic.True, t.Here(), "all methods are logged")
	}
	return rule.Require(everywhere, openAt, "execution logging is off: no aws_api_gateway_method_settings gives \"*/*\" of this stage the level ERROR or INFO")
}

func whyOpen(s *graph.Resource) graph.Cause {
	for _, c := range []graph.Cause{s.Attr("stage_name").Cause(), s.Attr("rest_api_id").Cause(), s.Attr("method_path").Cause(), s.Cause} {
		if c.Text != "" {
			return c
		}
	}
	return graph.Cause{Text: "which stage the method settings are for is not known"}
}

// ofStage decides whether method settings are for the target's stage: the same
// stage name of the same API.
func ofStage(t *rule.Target, s *graph.Resource) logic.Truth {
	api := s.Attr("rest_api_id")
	sameAPI := sameText(api, t.Attr("rest_api_id"))
	if sameAPI == logic.False {
		return logic.False
	}
	stage := s.Attr("stage_name")
	sameStage := sameText(stage, t.Attr("stage_name"))
	if t.Type == "aws_api_gateway_stage" {
		if meant := t.Graph.Identifies(stage, t.Resource); meant != logic.Unknown {
			sameStage = meant
			if api.Kind() == graph.KindAbsent { // the reference to the stage says it
				return meant
			}
		}
	}
	return sameStage.And(sameAPI)
}

// sameText decides whether two arguments are the same; pieces of configurations
// leave out required ones.
func sameText(a, b graph.Value) logic.Truth {
	if a.Kind() == graph.KindAbsent && b.Kind() == graph.KindAbsent {
		return logic.True
	}
	if a.Kind() != graph.KindString || b.Kind() != graph.KindString {
		return logic.Unknown
	}
	return graph.SameText(a.Text(), b.Text())
}

// webSocketLogging needs an allowed level by default and for each route that
// has settings of its own. HTTP APIs know no execution logging, and take no level:
// a stage that has one is of a WebSocket API.
func webSocketLogging(t *rule.Target) rule.Verdict {
	ref := t.Attr("api_id")
	api, found := t.Graph.Referent(ref, "aws_apigatewayv2_api")
	protocol := graph.UnknownValue(graph.Cause{Text: "the API of the stage is not in this configuration: whether it is a WebSocket API is not known"}).From(graph.At(t.Location()))
	if found == logic.True {
		protocol = api.Attr("protocol_type")
	}
	webSocket := protocol.IsFold("WEBSOCKET")
	if webSocket == logic.False {
		return rule.Skip(protocol, "APIs of type %s have no execution logging", protocol.Display())
	}
	v := t.Get("default_route_settings.logging_level")
	verdicts := []rule.Verdict{
		rule.Require(level(t, v), v, "default_route_settings.logging_level is %s, must be ERROR or INFO", v.Display()).Named("default_route_settings.logging_level"),
	}
	for _, route := range t.Blocks("route_settings").Items {
		own := route.Attr("logging_level")
		if own.IsSet() == logic.False {
			continue
		}
		ok := level(t, own)
		if route.Maybe && ok != logic.True {
			ok, own = logic.Unknown, graph.UnknownValue(route.Cause).From(graph.At(route.Location()))
		}
		verdicts = append(verdicts, rule.Require(ok, own, "a route has the logging level %s, must be ERROR or INFO", own.Display()).Named("route_settings.logging_level"))
	}
	verdict := rule.All(verdicts...)
	if webSocket == logic.Unknown && verdict.Outcome() != rule.Compliant {
		return rule.Because(protocol, protocol.Cause())
	}
	return verdict
}
