package httpintake

import "time"

// Limits bound what one request may take, and what all may take together.
type Limits struct {
	// Body is how many bytes a body may have, as it is sent, and Unpacked how many it may unpack to.
	Body, Unpacked int64
	// Rows is how many rows a request may have.
	Rows int64
	// Requests is how many requests are taken at once, and Bytes how much of their bodies may wait in memory.
	Requests, Bytes int64
	// Writers is how many requests write into the database at once.
	Writers int
	// BodyPause is how long a sender may be silent while it sends a body, and BodyTime how long the whole body may take.
	BodyPause, BodyTime time.Duration
	// TurnTime is how long a request waits until it may write, and WriteTime how long writing may take.
	TurnTime, WriteTime time.Duration
}

func (l Limits) withDefaults() Limits {
	defaults := Limits{
		Body: 8 << 20, Unpacked: 64 << 20, Rows: 200_000, Requests: 128, Bytes: 32 << 20, Writers: 4,
		BodyPause: 10 * time.Second, BodyTime: time.Minute, TurnTime: 20 * time.Second, WriteTime: time.Minute,
	}
	or(&l.Body, defaults.Body)
	or(&l.Unpacked, defaults.Unpacked)
	or(&l.Rows, defaults.Rows)
	or(&l.Requests, defaults.Requests)
	or(&l.Bytes, defaults.Bytes)
	or(&l.Writers, defaults.Writers)
	or(&l.BodyPause, defaults.BodyPause)
	or(&l.BodyTime, defaults.BodyTime)
	or(&l.TurnTime, defaults.TurnTime)
	or(&l.WriteTime, defaults.WriteTime)
	return l
}

// or gives a field its default if it is zero.
func or[T comparable](field *T, otherwise T) {
	var zero T
	if *field == zero {
		*field = otherwise
	}
}
