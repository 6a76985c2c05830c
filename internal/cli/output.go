package cli

import (
	"os"
	"sync"
)

// output is the standard output of a command. It remembers the first write that failed, so that no command can end as
// if all were well although its user has not got what it printed.
type output struct {
	*os.File
	mu     sync.Mutex
	failed error
}

// Write writes to the file.
func (o *output) Write(p []byte) (int, error) {
	n, err := o.File.Write(p)
	if err != nil {
		o.mu.Lock()
		defer o.mu.Unlock()
		if o.failed == nil {
			o.failed = err
		}
	}
	return n, err
}

// WriteString writes to the file.
func (o *output) WriteString(text string) (int, error) { return o.Write([]byte(text)) }

// err returns the first error of a write, or nil.
func (o *output) err() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.failed
}
