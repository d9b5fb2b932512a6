// Command arrows refuses imports that the house's plan does not know.
//
// Rooms import downward only, each vendor's SDK has one home, the two pure rooms
// touch no clock, network or goroutine, and a vendor's fake imports nothing of
// ours. Every file is read, whatever its build tags; _test.go files are exempt.
// Run it from the module's root:
//
//	go run ./.ci/arrows
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func main() {
	violations, err := inspect(context.Background(), ".")
	if err != nil {
		fmt.Fprintln(os.Stderr, "arrows:", err)
		os.Exit(1)
	}
	for _, v := range violations {
		fmt.Fprintln(os.Stderr, v)
	}
	if len(violations) > 0 {
		fmt.Fprintf(os.Stderr, "arrows: %d refused; the plan is .ci/arrows/table.go\n", len(violations))
		os.Exit(1)
	}
}

// A listed is what go list tells about one package.
type listed struct {
	ImportPath     string
	Dir            string
	GoFiles        []string
	CgoFiles       []string
	IgnoredGoFiles []string
	Module         struct{ Path, Dir string }
}

// inspect judges every package below dir.
func inspect(ctx context.Context, dir string) ([]violation, error) {
	cmd := exec.CommandContext(ctx, "go", "list", "-e", "-json=ImportPath,Dir,GoFiles,CgoFiles,IgnoredGoFiles,Module", "./...")
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("list packages: %w", err)
	}
	var found []violation
	decoder := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var pkg listed
		err := decoder.Decode(&pkg)
		if errors.Is(err, io.EOF) {
			return found, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read the package list: %w", err)
		}
		room := strings.TrimPrefix(strings.TrimPrefix(pkg.ImportPath, pkg.Module.Path), "/")
		for _, file := range sources(pkg) {
			more, err := judgeFile(pkg.Module.Path, room, file, filepath.Join(pkg.Dir, filepath.Base(file)))
			if err != nil {
				return nil, err
			}
			found = append(found, more...)
		}
	}
}

// sources names a package's files that are not tests, relative to the module.
func sources(pkg listed) []string {
	var files []string
	for _, names := range [][]string{pkg.GoFiles, pkg.CgoFiles, pkg.IgnoredGoFiles} {
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			path, err := filepath.Rel(pkg.Module.Dir, filepath.Join(pkg.Dir, name))
			if err != nil {
				path = name
			}
			files = append(files, path)
		}
	}
	return files
}
