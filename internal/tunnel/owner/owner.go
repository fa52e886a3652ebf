// Package owner answers who listens at a port of this machine, where the system
// tells.
package owner

// Of names the program that listens at a TCP port, such as "postgres (pid 812)";
// "" if the system does not tell, or not this user.
func Of(port int) string { return of(port) }
