package report

import (
	"bytes"
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"maps"
	"slices"
	"strings"

	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
	"safeguard/internal/triage"
)

//go:embed html.tmpl
var htmlSource string

var htmlTemplate = template.Must(template.New("report").Funcs(template.FuncMap{
	"percent": func(p *float64) string { return strings.TrimSpace(percent(p)) },
	"where":   where, "lower": strings.ToLower, "span": span, "state": stateText,
	"words": func(v any) string { return strings.ToLower(strings.ReplaceAll(fmt.Sprint(v), "_", "-")) },
}).Parse(htmlSource))

// HTML writes one file that needs nothing else: no network, and no JavaScript
// but for search, filter and sort.
type HTML struct {
	triage.Collector
	w io.Writer
}

// NewHTML returns a renderer that writes to w when it is flushed.
func NewHTML(w io.Writer) *HTML { return &HTML{w: w} }

type (
	htmlPage struct {
		Config      *assessment.Config
		Diagnostics []*assessment.Diagnostic
		Summary     *assessment.Summary
		Severities  []htmlSeverity
		Chart       template.HTML
		BurnUp      template.HTML
		Hours       string
		Items       []htmlItem
		MoreItems   int
		Chunks      [][]htmlResult
		Accepted    []*assessment.Result
		Matrix      []triage.Paragraph
	}
	htmlSeverity struct {
		Name  string
		Count int
	}
	htmlItem struct {
		*triage.Item
		Number int
		After  string
		Rules  []htmlRule
		Code   []codeLine
	}
	htmlRule struct {
		*hipaa.Rule
		Guide *hipaa.Guide
	}
	htmlResult struct {
		*assessment.Result
		Item string // key of the item that closes it
	}
)

// htmlItems is how many items are explained at length.
const htmlItems = 400

// Flush writes the page.
func (h *HTML) Flush() error {
	plan := triage.Make(h.Results, triage.Options{})
	page := htmlPage{
		Config: h.Head, Diagnostics: h.Diagnostics, Summary: h.Sum,
		Matrix: triage.Matrix(h.Results, h.Head.Selected), Hours: span(plan.Total),
	}
	found := findings(h.Results)
	count := map[hipaa.Severity]int{}
	for _, r := range found {
		count[r.Severity]++
		if r.Exception != nil {
			page.Accepted = append(page.Accepted, r)
		}
	}
	for _, s := range hipaa.Severities() {
		page.Severities = append(page.Severities, htmlSeverity{s.String(), count[s]})
	}
	page.Chart = serviceChart(found)
	if len(plan.Items) > 0 {
		var chart bytes.Buffer
		if err := BurnUp(&chart, plan, "svg"); err != nil {
			return err
		}
		page.BurnUp = template.HTML(chart.String())
	}
	page.Items = htmlItemsOf(plan)
	page.MoreItems = len(plan.Items) - len(page.Items)
	page.Chunks = htmlChunks(h.Results, itemsOf(plan), len(page.Items), plan)
	return htmlTemplate.Execute(h.w, page)
}

func htmlItemsOf(plan *triage.Plan) []htmlItem {
	var items []htmlItem
	files := sources{}
	for i, item := range plan.Items[:min(htmlItems, len(plan.Items))] {
		out := htmlItem{Item: item, Number: i + 1, After: strings.TrimSpace(percent(plan.Steps[i].ComplianceScore)), Code: files.excerpt(item.Location)}
		for _, name := range item.Rules {
			if facts, ok := hipaa.Lookup(name); ok {
				out.Rules = append(out.Rules, htmlRule{facts, facts.Guide()})
			}
		}
		items = append(items, out)
	}
	return items
}

// htmlChunks are the results, the gravest first, in pieces that a browser can
// leave out while they are not seen.
func htmlChunks(results []*assessment.Result, items map[*assessment.Result]*triage.Item, shown int, plan *triage.Plan) [][]htmlResult {
	explained := map[*triage.Item]bool{}
	for _, item := range plan.Items[:shown] {
		explained[item] = true
	}
	rows := make([]htmlResult, len(results))
	for i, r := range results {
		rows[i] = htmlResult{Result: r}
		if item := items[r]; explained[item] {
			rows[i].Item = item.Key
		}
	}
	slices.SortStableFunc(rows, func(a, b htmlResult) int {
		return cmp.Or(cmp.Compare(slices.Index(assessment.Verdicts, a.Verdict), slices.Index(assessment.Verdicts, b.Verdict)), cmp.Compare(b.Severity, a.Severity))
	})
	return slices.Collect(slices.Chunk(rows, 100))
}

// serviceChart draws the findings of each service as a bar, by severity.
func serviceChart(found []*assessment.Result) template.HTML {
	byService := map[string]map[hipaa.Severity]int{}
	total := func(s string) (n int) {
		for _, c := range byService[s] {
			n += c
		}
		return n
	}
	for _, r := range found {
		service := "other"
		if facts, ok := hipaa.Lookup(r.Rule); ok {
			service = facts.Service
		}
		if byService[service] == nil {
			byService[service] = map[hipaa.Severity]int{}
		}
		byService[service][r.Severity]++
	}
	services := slices.SortedFunc(maps.Keys(byService), func(a, b string) int {
		return cmp.Or(cmp.Compare(total(b), total(a)), cmp.Compare(a, b))
	})
	if len(services) == 0 {
		return ""
	}
	const row, left, width = 24, 130, 460
	most := total(services[0])
	var b strings.Builder
	fmt.Fprintf(&b, `<svg viewBox="0 0 %d %d" role="img" aria-label="Findings by service and severity">`, left+width+50, row*len(services)+4)
	for i, service := range services {
		y, x := i*row+2, float64(left)
		fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="end">%s</text>`, left-10, y+15, template.HTMLEscapeString(service))
		for _, s := range hipaa.Severities() {
			n := byService[service][s]
			if n == 0 {
				continue
			}
			w := float64(n) * width / float64(most)
			fmt.Fprintf(&b, `<rect class="f-%s" x="%.1f" y="%d" width="%.1f" height="18"><title>%s: %d %s</title></rect>`,
				strings.ToLower(s.String()), x, y, w, template.HTMLEscapeString(service), n, strings.ToLower(s.String()))
			x += w
		}
		fmt.Fprintf(&b, `<text x="%.1f" y="%d">%d</text>`, x+6, y+15, total(service))
	}
	b.WriteString("</svg>")
	return template.HTML(b.String())
}
