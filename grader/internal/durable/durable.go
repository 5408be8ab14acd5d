// Package durable writes files that a crash, a full disk or a kill leaves either as
// they were or whole and new, and tells apart why a write did not succeed.
package durable
