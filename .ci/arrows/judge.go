package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// A violation is one line of a file that breaks a rule.
type violation struct {
	file string
	line int
	what string // the import, or the call
	rule string
}

// String prints it the way compilers do, so that editors can jump there.
func (v violation) String() string {
	return fmt.Sprintf("%s:%d: %s: %s", v.file, v.line, v.what, v.rule)
}

// judgeFile reads the file at path and judges it as part of a room; name is what
// its violations call it.
func judgeFile(module, room, name, path string) ([]violation, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	var found []violation
	add := func(at token.Pos, what, rule string) {
		found = append(found, violation{name, files.Position(at).Line, what, rule})
	}
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		if rule := judgeImport(module, room, imported); rule != "" {
			add(spec.Pos(), "import "+imported, rule)
		}
	}
	if slices.Contains(pureRooms, room) {
		judgePurity(file, func(at token.Pos, what string) {
			add(at, what, room+" is pure: time is an argument and nothing runs beside the caller")
		})
	}
	return found, nil
}

// judgeImport says which rule forbids a room this import; empty means it may.
func judgeImport(module, room, imported string) string {
	if own, ok := strings.CutPrefix(imported, module+"/"); ok {
		return judgeOwn(room, own)
	}
	if standard(imported) {
		if slices.Contains(pureRooms, room) && reaches(imported) {
			return room + " is pure: no clock, context, logger, network or randomness"
		}
		return ""
	}
	for sdk, homes := range sdkHomes {
		if below(imported, sdk) && !slices.Contains(homes, room) {
			if len(homes) == 0 {
				return sdk + " is for tests alone"
			}
			return fmt.Sprintf("%s belongs to %s alone", sdk, strings.Join(homes, ", "))
		}
	}
	besides, closed := standardOnly[room]
	if closed && !slices.ContainsFunc(besides, func(b string) bool { return below(imported, b) }) {
		return room + " imports the standard library alone"
	}
	return ""
}

func judgeOwn(room, own string) string {
	allowed, planned := mayImport[room]
	switch {
	case !planned:
		return room + " is not in the plan, so it may import no other room"
	case slices.Contains(allowed, own):
		return ""
	case len(allowed) == 0:
		return room + " may import no other room"
	default:
		return fmt.Sprintf("%s may import only %s", room, strings.Join(allowed, ", "))
	}
}

// judgePurity reports goroutines, and calls that read or wait on a clock.
func judgePurity(file *ast.File, report func(token.Pos, string)) {
	clock := "" // what this file calls package time
	for _, spec := range file.Imports {
		if spec.Path.Value != `"time"` {
			continue
		}
		clock = "time"
		if spec.Name != nil {
			clock = spec.Name.Name
		}
		if clock == "." {
			report(spec.Pos(), `import . "time"`)
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			report(n.Pos(), "go statement")
		case *ast.SelectorExpr:
			from, ok := n.X.(*ast.Ident)
			if ok && from.Name == clock && clocks[n.Sel.Name] {
				report(n.Pos(), "time."+n.Sel.Name)
			}
		}
		return true
	})
}

// standard reports whether an import path is the standard library's.
func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

func reaches(path string) bool {
	in := func(list []string) bool {
		return slices.ContainsFunc(list, func(p string) bool { return below(path, p) })
	}
	return in(impure) && !in(impureButHarmless)
}

// below reports whether path is parent or lies under it.
func below(path, parent string) bool {
	return path == parent || strings.HasPrefix(path, parent+"/")
}
