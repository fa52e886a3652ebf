package funcs

import (
	"fmt"
	"time"

	"github.com/zclconf/go-cty/cty"
)

var timeCmpFunc = onTexts(cty.Number, func(args []string) (cty.Value, error) {
	var times [2]time.Time
	for i, text := range args {
		t, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return cty.NilVal, argError(i, fmt.Errorf("not a valid RFC3339 timestamp: %q", text))
		}
		times[i] = t
	}
	return cty.NumberIntVal(int64(times[0].Compare(times[1]))), nil
}, "timestamp_a", "timestamp_b")
