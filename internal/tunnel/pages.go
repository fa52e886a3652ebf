package tunnel

// Pages collects the items of all pages of a list. next asks for the page after a
// token, nil for the first, and says what comes after it.
//
// The SDK's own paginators take a client as an interface, by which the linker keeps
// every operation of it: those of EC2 alone would double the size of the program.
func Pages[T any](next func(token *string) (items []T, after *string, err error)) ([]T, error) {
	var all []T
	for token := (*string)(nil); ; {
		items, after, err := next(token)
		if err != nil {
			return all, err
		}
		all = append(all, items...)
		if after == nil || *after == "" || token != nil && *after == *token {
			return all, nil
		}
		token = after
	}
}
