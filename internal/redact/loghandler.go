package redact

import (
	"context"
	"fmt"
	"log/slog"
)

// LogHandler returns a handler that masks secrets in messages and in values before it hands them to the next handler. A
// value is also masked if its key names a secret, such as password.
func LogHandler(next slog.Handler) slog.Handler { return logHandler{next} }

type logHandler struct{ next slog.Handler }

// Enabled reports whether the next handler takes records of a level.
func (h logHandler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.next.Enabled(ctx, level)
}

// Handle masks a record and hands it on.
func (h logHandler) Handle(ctx context.Context, record slog.Record) error {
	masked := slog.NewRecord(record.Time, record.Level, Secrets(record.Message), record.PC)
	record.Attrs(func(a slog.Attr) bool {
		masked.AddAttrs(maskedAttr(a))
		return true
	})
	return h.next.Handle(ctx, masked)
}

// WithAttrs masks the values that every later record has.
func (h logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return logHandler{h.next.WithAttrs(maskedAttrs(attrs))}
}

// WithGroup opens a group in the next handler.
func (h logHandler) WithGroup(name string) slog.Handler { return logHandler{h.next.WithGroup(name)} }

func maskedAttrs(attrs []slog.Attr) []slog.Attr {
	masked := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		masked[i] = maskedAttr(a)
	}
	return masked
}

func maskedAttr(a slog.Attr) slog.Attr {
	value := a.Value.Resolve()
	switch value.Kind() {
	case slog.KindString:
		return slog.String(a.Key, After(a.Key+"=", value.String()))
	case slog.KindGroup:
		return slog.Attr{Key: a.Key, Value: slog.GroupValue(maskedAttrs(value.Group())...)}
	case slog.KindAny:
		if value.Any() == nil {
			return a
		}
		return slog.String(a.Key, After(a.Key+"=", fmt.Sprint(value.Any())))
	}
	return slog.Attr{Key: a.Key, Value: value} // a number, a time or a truth value
}
