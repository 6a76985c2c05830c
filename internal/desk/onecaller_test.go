package desk_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The rules of a desk are one value that is passed down from the commands. A package that takes the built-in ones by
// itself would show a desk with a desk file the rules of another desk.
func TestOnlyTheCommandsChooseTheDesksRules(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	mayCall := []string{
		"internal/cli",               // chooses between the built-in rules and those of a desk file
		"internal/deskfile",          // keeps them where a desk file says nothing
		"internal/sample/sampledesk", // makes up the record of the built-in desk, and of no other
		"internal/sample/market",     // has the instruments of that desk
		"internal/desk",
		"scripts", // writes the docs about the built-in desk
	}
	calls := 0
	err := filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == "node_modules" || strings.HasPrefix(entry.Name(), ".") && path != root && entry.Name() != "..") {
			return filepath.SkipDir
		}
		if entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(text), "BuiltInRules()") {
			return err
		}
		calls++
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		folder := filepath.ToSlash(filepath.Dir(name))
		for _, may := range mayCall {
			if folder == may || strings.HasPrefix(folder, may+"/") {
				return nil
			}
		}
		t.Errorf("%s calls desk.BuiltInRules(): take the rules as an argument or in the options", name)
		return nil
	})
	if err != nil || calls == 0 {
		t.Fatalf("%d files with the call: %v", calls, err)
	}
}
