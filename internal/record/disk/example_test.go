package disk_test

import (
	"fmt"
	"os"
	"path/filepath"

	"macrowatch/internal/record/disk"
)

// A lock belongs to an open file. Whoever opens the same file once more does not have the lock.
func ExampleTryLock() {
	path := filepath.Join(os.TempDir(), fmt.Sprintf("macrowatch-example-%d.lock", os.Getpid()))
	defer os.Remove(path)
	first, err := os.Create(path)
	if err != nil {
		panic(err)
	}
	second, err := os.Open(path)
	if err != nil {
		panic(err)
	}
	defer second.Close()

	locked, _ := disk.TryLock(first, disk.Exclusive)
	fmt.Println("first:", locked)
	locked, _ = disk.TryLock(second, disk.Exclusive)
	fmt.Println("second:", locked)
	_ = first.Close() // so does the death of the process
	locked, _ = disk.TryLock(second, disk.Exclusive)
	fmt.Println("second, once the first is closed:", locked)
	// Output:
	// first: true
	// second: false
	// second, once the first is closed: true
}
