// Grader scores the exercises of Echo From Zero, a hands-on course on Echo v4.
package main

import (
	"context"
	"os"

	course "echofromzero"
	"echofromzero/grader/internal/cli"
)

func main() {
	os.Exit(cli.Run(context.Background(), cli.System(course.FS()), os.Args[1:]))
}
