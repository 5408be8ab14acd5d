package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"github.com/spf13/cobra"

	"echofromzero/grader/internal/build"
	"echofromzero/grader/internal/postgres"
	"echofromzero/grader/internal/report"
	"echofromzero/grader/internal/sandbox"
	"echofromzero/grader/internal/workspace"
)

type doctorOptions struct{ g *global }

func newDoctorCmd(g *global) *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Say what is there, what is missing and what that costs",
		Args:  argCount(0),
		RunE:  func(cmd *cobra.Command, _ []string) error { return runDoctor(cmd.Context(), doctorOptions{g: g}) },
	}
}

func runDoctor(ctx context.Context, o doctorOptions) error {
	w, style, err := o.g.screen()
	if err != nil {
		return err
	}
	s, err := o.g.open()
	if err != nil && !errors.Is(err, workspace.ErrNone) {
		return err
	}
	tool, toolRow := o.goRow(ctx, s)
	rows := []report.DoctorRow{o.workspaceRow(s), toolRow, o.cacheRow()}
	if tool != nil {
		rows = append(rows, networkRow(tool))
	}
	rows = append(rows, o.portRow(), isolationRow(), cgoRow(), postgresRow())
	next := s.command() + " check"
	if s.ws == nil {
		next = s.command() + " init DIR"
	}
	if err := report.Doctor(w, style, report.DoctorScreen{Rows: rows, NextCommand: next}); err != nil {
		return err
	}
	if tool == nil {
		return &exitError{code: exitBroken}
	}
	return nil
}

func (o doctorOptions) workspaceRow(s *session) report.DoctorRow {
	row := report.DoctorRow{Name: "workspace", State: report.PartOK}
	if s.ws == nil {
		row.State, row.Cost, row.Do = report.PartWarn, "Nothing can be checked in this folder.", "cd into your workspace, or make one with "+s.command()+" init DIR."
		return row
	}
	row.Found = s.ws.Root
	if f, err := os.CreateTemp(s.ws.Root, ".probe-"); err != nil {
		row.State, row.Cost, row.Do = report.PartWarn, "Progress cannot be kept: the folder cannot be written.", "Change its permissions, or work in a copy."
	} else {
		f.Close()
		os.Remove(f.Name())
	}
	return row
}

func (o doctorOptions) goRow(ctx context.Context, s *session) (*build.Toolchain, report.DoctorRow) {
	row := report.DoctorRow{Name: "Go", State: report.PartOK}
	tool, err := build.Find(ctx, "", s.course.GoMod)
	if err != nil {
		row.State, row.Cost, row.Do = report.PartMissing, "Nothing can be built.", err.Error()
		return nil, row
	}
	row.Found = fmt.Sprintf("%s, %s", tool.Version, tool.Path)
	return tool, row
}

func (o doctorOptions) cacheRow() report.DoctorRow {
	row := report.DoctorRow{Name: "build cache", State: report.PartOK}
	dir, err := o.g.cacheDir()
	if err != nil {
		row.State, row.Cost, row.Do = report.PartWarn, "Every check builds from the start.", fmt.Sprintf("Make the user cache folder writable: %v.", err)
		return row
	}
	entries, _ := os.ReadDir(filepath.Join(dir, "bin"))
	var size int64
	for _, e := range entries {
		if info, err := e.Info(); err == nil {
			size += info.Size()
		}
	}
	row.Found = fmt.Sprintf("%s, %d programs, %d MB", dir, len(entries), size>>20)
	return row
}

func networkRow(tool *build.Toolchain) report.DoctorRow {
	return report.DoctorRow{Name: "modules", State: report.PartOK, Found: fmt.Sprintf("fetched once from %s", tool.Env["GOPROXY"])}
}

func (o doctorOptions) portRow() report.DoctorRow {
	row := report.DoctorRow{Name: "port 8080", State: report.PartOK, Found: "free"}
	l, err := net.Listen("tcp", "127.0.0.1:8080")
	if err != nil {
		return report.DoctorRow{Name: "port 8080", State: report.PartWarn, Found: "taken", Cost: "grader run takes another port. Checks do not care.", Do: "Nothing, or stop what listens there."}
	}
	l.Close()
	return row
}

func isolationRow() report.DoctorRow {
	best := sandbox.Probe()
	row := report.DoctorRow{Name: "isolation", State: report.PartOK, Found: best.Level}
	if best.Level == sandbox.LevelNone {
		row.State = report.PartWarn
		row.Found += " (" + best.Why + ")"
		row.Cost = "Programs run as you, as with go run: fine for your own, not for code of others."
		row.Do = best.Raise
	}
	return row
}

func cgoRow() report.DoctorRow {
	for _, cc := range []string{os.Getenv("CC"), "gcc", "clang", "cc"} {
		if path, err := exec.LookPath(cc); cc != "" && err == nil {
			return report.DoctorRow{Name: "C compiler", State: report.PartOK, Found: path + ", for the race detector"}
		}
	}
	return report.DoctorRow{Name: "C compiler", State: report.PartWarn, Cost: "Later phases run without the race detector.", Do: "Install gcc or clang."}
}

func postgresRow() report.DoctorRow {
	row := report.DoctorRow{Name: "PostgreSQL", State: report.PartOK}
	dir, err := postgres.Find()
	if err != nil {
		row.State, row.Cost = report.PartWarn, "Only phase 08 uses it: its PostgreSQL checks will not run, and do not count."
		row.Do = "If you want them: " + postgres.Install + "."
		if runtime.GOOS == "windows" {
			row.Do = "Nothing: on Windows they never run."
		}
		return row
	}
	row.Found = dir
	return row
}
