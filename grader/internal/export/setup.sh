#!/usr/bin/env bash
# Gradescope runs this once, when it builds the autograder's image.
set -euo pipefail

go_version={{.Go}}
apt-get update -qq
apt-get install -y -qq --no-install-recommends ca-certificates curl gcc libc6-dev
curl -fsSL "https://go.dev/dl/${go_version}.linux-{{.Arch}}.tar.gz" | tar -C /usr/local -xz

# Downloads what the course imports and compiles it once, so that grading does neither.
export PATH=/usr/local/go/bin:$PATH HOME=/root
chmod +x /autograder/source/grader /autograder/source/run_autograder
warm=$(mktemp -d)
/autograder/source/grader init "$warm/workspace"
rm -rf "$warm"
