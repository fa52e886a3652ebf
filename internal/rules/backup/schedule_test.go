package backup

import (
	"testing"
	"time"
)

func TestLongestGap(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for _, tt := range []struct {
		schedule string
		want     time.Duration // 0: never runs
	}{
		{"cron(0 5 ? * * *)", day},
		{"cron(0 12 * * ? *)", day},
		{"CRON(0 12 * * ? *)", day},
		{"0 12 * * ? *", day},
		{"cron(15 * ? * * *)", time.Hour},
		{"cron(0/30 * ? * * *)", 30 * time.Minute},
		{"cron(0 0/12 ? * * *)", 12 * time.Hour},
		{"cron(0 */6 ? * * *)", 6 * time.Hour},
		{"cron(0 1,13 * * ? *)", 12 * time.Hour},
		{"cron(0 9-17 * * ? *)", 16 * time.Hour},
		{"cron(0 22-2 * * ? *)", 20 * time.Hour},
		{"cron(0 5 1/1 * ? *)", day},
		{"cron(0 5 */2 * ? *)", 2 * day},
		{"cron(0 5 2-31/2 * ? *)", 3 * day}, // February 28 or January 30 to the 2nd
		{"cron(0 5 ? * MON-FRI *)", 3 * day},
		{"cron(0 5 ? * fri-mon *)", 4 * day},
		{"cron(0 5 ? * 2,4,6 *)", 3 * day},
		{"cron(0 5 ? * L *)", 7 * day},
		{"cron(0 5 ? * 1-7 *)", day},
		{"cron(0 5 ? * 6L *)", 35 * day},
		{"cron(0 5 ? * 3#2 *)", 35 * day},
		{"cron(0 5 1 * ? *)", 31 * day},
		{"cron(0 5 L * ? *)", 31 * day},
		{"cron(0 5 L-3 * ? *)", 31 * day},
		{"cron(0 5 LW * ? *)", 33 * day},
		{"cron(0 5 15W * ? *)", 32 * day},
		{"cron(0 5 31 * ? *)", 61 * day},
		{"cron(0 5 * JAN-NOV ? *)", 32 * day},
		{"cron(0 5 29 2 ? *)", 1461 * day},
		{"cron(0 5 30 2 ? *)", 0},
		{"rate(12 hours)", 12 * time.Hour},
		{"rate(1 day)", day},
		{"rate(90 minutes)", 90 * time.Minute},
	} {
		t.Run(tt.schedule, func(t *testing.T) {
			t.Parallel()
			got, err := longestGap(tt.schedule)
			if err != nil || got != tt.want {
				t.Errorf("got %v, %v, want %v", got, err, tt.want)
			}
		})
	}
}

func TestUnreadableSchedules(t *testing.T) {
	t.Parallel()
	for _, schedule := range []string{
		"", "daily", "cron()", "cron(0 5 * * *)", "cron(60 5 * * ? *)", "cron(0 24 * * ? *)", "cron(0 5 32 * ? *)",
		"cron(0 5 * 13 ? *)", "cron(0 5 ? * 8 *)", "cron(0 5 ? * MOO *)", "cron(0/0 5 * * ? *)", "cron(0 5 ? * 2#6 *)",
		"cron(0 5 0W * ? *)", "cron(0 5 L-31 * ? *)", "cron(,, 5 * * ? *)", "cron(0 5 * * ? 2024-2030)",
		"rate(0 hours)", "rate(1)", "rate(two days)", "rate(1 fortnight)", "rate(999999999999 days)", "cron(0 5 * * ? *",
	} {
		if got, err := longestGap(schedule); err == nil {
			t.Errorf("%q: got %v, want an error", schedule, got)
		}
	}
}

func TestGlob(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		pattern, s string
		want       bool
	}{
		{"*", "", true},
		{"prod*", "production", true},
		{"*rod*", "production", true},
		{"*rod", "production", false},
		{"p*d*n", "production", true},
		{"ab*ba", "aba", false},
		{"a**c", "abc", true},
		{"prod", "production", false},
		{"*-test", "a-test-test", true},
	} {
		if got := glob(tt.pattern, tt.s); got != tt.want {
			t.Errorf("glob(%q, %q): got %v, want %v", tt.pattern, tt.s, got, tt.want)
		}
	}
}
