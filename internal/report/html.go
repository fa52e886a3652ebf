package report

import (
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
	"safeguard/internal/triage"
)

var (
	//go:embed html.tmpl
	htmlSource string
	//go:embed html.css
	htmlStyle string
	//go:embed html.js
	htmlScript string
)

var htmlTemplate = template.Must(template.New("report").Funcs(template.FuncMap{
	"percent": func(p *float64) string { return strings.TrimSpace(percent(p)) },
	"style":   func() template.CSS { return template.CSS(htmlStyle) },
	"script":  func() template.JS { return template.JS(htmlScript) },
	"where":   where, "lower": strings.ToLower, "span": span, "state": stateText, "plural": plural,
	"words": func(v any) string {
		return strings.ToLower(strings.NewReplacer("_", "-", " ", "-").Replace(fmt.Sprint(v)))
	},
	"breakable": func(address string) template.HTML { return "<code>" + breakable(address, ".") + "</code>" },
	"soft":      func(text string) template.HTML { return breakable(text, ".") },
	"snake":     func(rule string) template.HTML { return breakable(rule, "_") },
}).Parse(htmlSource))

// breakable is text that may be broken after a mark.
func breakable(text, after string) template.HTML {
	return template.HTML(strings.ReplaceAll(template.HTMLEscapeString(text), after, after+"<wbr>"))
}

// HTML writes one file that needs nothing else: no network, and no JavaScript
// but for search, filter and sort.
type HTML struct {
	triage.Collector
	w    io.Writer
	opts Options
}

// NewHTML returns a renderer that writes to w when it is flushed.
func NewHTML(w io.Writer, opts Options) *HTML { return &HTML{w: w, opts: opts} }

type (
	htmlPage struct {
		Config      *assessment.Config
		Diagnostics []*assessment.Diagnostic
		Summary     *assessment.Summary
		Severities  []htmlSeverity
		Bars        []htmlBar
		Curve       *htmlCurve
		Hours       string
		Items       []htmlItem
		MoreItems   int
		Chunks      [][]htmlResult
		Accepted    []*assessment.Result
		Matrix      []triage.Paragraph
		Baseline    *triage.Baseline
		New         int // findings that the baseline does not know
	}
	htmlSeverity struct {
		Name  string
		Count int
	}
	htmlItem struct {
		*triage.Item
		Number    int
		After     string
		Rules     []htmlRule
		Found     []*assessment.Result
		MoreFound int
		Code      []codeLine
	}
	htmlRule struct {
		*hipaa.Rule
		Guide *hipaa.Guide
		// Repaired says that safeguard fix is about the rule.
		Repaired bool
	}
	htmlResult struct {
		*assessment.Result
		Item string // key of the item that closes it
	}
)

const (
	htmlItems = 400 // how many items are explained at length
	htmlFound = 12  // how many findings of an item are named
)

// Flush writes the page.
func (h *HTML) Flush() error {
	plan := h.opts.plan(h.Results)
	page := htmlPage{
		Config: h.Head, Diagnostics: h.Diagnostics, Summary: h.Sum,
		Matrix: triage.Matrix(h.opts.all(h.Results), h.Head.Selected), Hours: span(plan.Total),
	}
	found := findings(h.Results)
	if base := h.opts.Baseline; base != nil && !base.All {
		page.Baseline, page.New = base, len(found)
	}
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
	page.Bars = serviceBars(found)
	page.Curve = burnUpCurve(plan)
	page.Items = htmlItemsOf(plan)
	page.MoreItems = len(plan.Items) - len(page.Items)
	page.Chunks = htmlChunks(h.Results, itemsOf(plan), len(page.Items), plan)
	return htmlTemplate.Execute(h.w, page)
}

func htmlItemsOf(plan *triage.Plan) []htmlItem {
	var items []htmlItem
	files := sources{}
	for i, item := range plan.Items[:min(htmlItems, len(plan.Items))] {
		out := htmlItem{
			Item: item, Number: i + 1, After: strings.TrimSpace(percent(plan.Steps[i].ComplianceScore)),
			Found: item.Results[:min(htmlFound, len(item.Results))],
			Code:  marked(files.excerpt(item.Location), item),
		}
		out.MoreFound = len(item.Results) - len(out.Found)
		for _, name := range item.Rules {
			if facts, ok := hipaa.Lookup(name); ok {
				guide := facts.Guide()
				out.Rules = append(out.Rules, htmlRule{facts, guide, guide.Fix.Kind == hipaa.FixOption || guide.Fix.Kind == hipaa.FixNewResource})
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
