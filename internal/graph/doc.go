// Package graph answers the question: what is declared?
//
// It holds resources, their three-valued attribute values and the relations
// between them, whatever front end (configuration, plan or state) filled it.
// It knows no Terraform syntax and no rule. Reading a value never fails: what
// is not known is a Value of kind Unknown that says why.
//
// Everything in a Graph is safe for concurrent reading once the front end has
// handed it over.
package graph
