package spool

// Release leaves the record to whoever delivers it next, just as the death of this process would.
func (e *Entry) Release() {
	e.stopBeating()
	_ = e.file.Close()
}
