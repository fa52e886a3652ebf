package triage

import "cmp"

// apply gives the items what people typed, and returns the edits of items that
// are not there any more, and the rows that are people's own.
func apply(items []*Item, edits []Edit) (gone []Edit) {
	byKey := map[string]*Item{}
	for _, item := range items {
		item.Own = item.Estimate
		byKey[item.Key] = item
	}
	for _, e := range edits {
		item := byKey[e.Key]
		if item == nil {
			gone = append(gone, e)
			continue
		}
		item.Edit = e
		low, high := item.Estimate.Optimistic, item.Estimate.Pessimistic
		if e.Pessimistic != nil {
			high = *e.Pessimistic
			low = min(low, high)
		}
		if e.Optimistic != nil {
			low = *e.Optimistic
		}
		if e.Optimistic != nil || e.Pessimistic != nil {
			item.Estimate = Between(low, max(low, high))
		}
	}
	return gone
}

// Calibration is by how much the actual hours of items were above their
// estimates: the sum of the ones over the sum of the others. It is 1 where no
// hours are known.
func (p *Plan) Calibration() float64 {
	var actual, expected float64
	for _, item := range p.Items {
		if item.Edit.Actual != nil {
			actual += *item.Edit.Actual
			expected += item.Estimate.Expected
		}
	}
	if expected == 0 || actual == 0 {
		return 1
	}
	return cmp.Or(actual/expected, 1)
}
