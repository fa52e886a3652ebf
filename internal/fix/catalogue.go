package fix

import (
	"maps"
	"slices"
)

// catalogue holds the shared pieces by the name that repairs use.
var catalogue = map[string]piece{
	"alarm_topic": alarmTopic,
}

func sortedKeys[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }
