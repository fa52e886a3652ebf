//go:build !linux && !darwin

package owner

func of(int) string { return "" }
