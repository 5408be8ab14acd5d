// Calc is what the tests of gotest are run with: a program with two functions.
package main

import (
	"fmt"
	"strings"
)

func double(n int) int {
	return n + n
}

// tags are the words of a comma-separated text, without those that are empty.
func tags(text string) []string {
	var list []string
	for tag := range strings.SplitSeq(text, ",") {
		if tag = strings.TrimSpace(tag); tag != "" {
			list = append(list, tag)
		}
	}
	return list
}

func main() { fmt.Println(double(21), tags("a, b")) }
