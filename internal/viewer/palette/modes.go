package palette

import "macrowatch/internal/viewer/js"

// KnownColorMode reports whether Grafana has a colour mode.
func KnownColorMode(mode string) bool {
	switch mode {
	case "", "thresholds", "fixed", "shades", "palette-classic", "palette-classic-by-name":
		return true
	}
	return ContinuousPath(mode) != nil
}

// ContinuousPath returns the names of the colours that a continuous colour mode runs through, nil for other modes.
func ContinuousPath(mode string) []string {
	switch mode {
	case "continuous-GrYlRd":
		return []string{"green", "yellow", "red"}
	case "continuous-RdYlGr":
		return []string{"red", "yellow", "green"}
	case "continuous-BlYlRd":
		return []string{"dark-blue", "super-light-yellow", "dark-red"}
	case "continuous-YlRd":
		return []string{"super-light-yellow", "dark-red"}
	case "continuous-BlPu":
		return []string{"blue", "purple"}
	case "continuous-YlBl":
		return []string{"super-light-yellow", "dark-blue"}
	case "continuous-blues":
		return []string{"panel-bg", "dark-blue"}
	case "continuous-reds":
		return []string{"panel-bg", "dark-red"}
	case "continuous-greens":
		return []string{"panel-bg", "dark-green"}
	case "continuous-purples":
		return []string{"panel-bg", "dark-purple"}
	}
	return nil
}

// ResolvePath returns the colours that a continuous colour mode runs through in a theme, nil for other modes.
func ResolvePath(mode string, c *Colors) []Color {
	var path []Color
	for _, name := range ContinuousPath(mode) {
		path = append(path, c.Parse(name))
	}
	return path
}

// Shade returns one of eleven shades of a colour. The shades are lighter and darker in turn.
func Shade(base Color, index int) Color {
	const count, turn, amount = 6, 10.0, 35.0
	i := index % (2*count - 1)
	if i == 0 {
		return base
	}
	step := float64((i+1)/2) / count
	if i%2 == 1 {
		return base.spin(step * turn).brighten(step * amount)
	}
	return base.spin(-step * turn).darken(step * amount)
}

// HashName returns the hash by which Grafana gives a name a colour of the palette: Bernstein's hash of the name's UTF-16
// code units, beginning with the last one.
func HashName(s string) uint32 {
	hash := uint32(5381)
	units := js.UTF16(s)
	for i := len(units) - 1; i >= 0; i-- {
		hash = hash*33 ^ uint32(units[i])
	}
	return hash
}
