package testenv_test

import "syscall"

// block does nothing on macOS.
func block(...syscall.Signal) (restore func()) { return func() {} }
