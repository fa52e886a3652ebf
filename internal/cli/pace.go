package cli

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"
)

// paceFlags say how much work a team does in how long.
type paceFlags struct {
	capacity string
	sprint   string
	team     int
}

func (f *paceFlags) register(fs *pflag.FlagSet) {
	fs.StringVar(&f.capacity, "capacity", "", "`HOURS` that one person has in a sprint, such as 40h")
	fs.StringVar(&f.sprint, "sprint", "2w", "length of a sprint, such as 2w or 10d")
	fs.IntVar(&f.team, "team", 1, "`NUMBER` of people")
}

// A pace is the work of a team in a sprint. Hours are 0 if there is no capacity.
type pace struct {
	hours  float64
	sprint time.Duration
}

func (f *paceFlags) pace() (pace, error) {
	if f.capacity == "" {
		return pace{}, nil
	}
	hours, err := strconv.ParseFloat(strings.TrimSuffix(f.capacity, "h"), 64)
	if err != nil || !(hours > 0) {
		return pace{}, fmt.Errorf("--capacity %q: want hours such as 40h", f.capacity)
	}
	if f.team < 1 {
		return pace{}, fmt.Errorf("--team %d: want at least one person", f.team)
	}
	days := map[byte]float64{'d': 1, 'w': 7}
	n, err := strconv.ParseFloat(f.sprint[:max(len(f.sprint)-1, 0)], 64)
	if err != nil || !(n > 0) || days[f.sprint[len(f.sprint)-1]] == 0 {
		return pace{}, fmt.Errorf("--sprint %q: want weeks or days, such as 2w or 10d", f.sprint)
	}
	return pace{hours * float64(f.team), time.Duration(n * days[f.sprint[len(f.sprint)-1]] * 24 * float64(time.Hour))}, nil
}

// perDay is the work of a day of the calendar.
func (p pace) perDay() float64 { return p.hours / (p.sprint.Hours() / 24) }
