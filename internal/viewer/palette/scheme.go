package palette

import (
	_ "embed"
	"math"
	"strings"
)

//go:embed schemes.txt
var schemesText string

// Scheme is one of the colour scales that a heatmap may have.
type Scheme struct {
	// At returns the colour at t, from 0 to 1.
	At func(t float64) Color
	// Turned says when Grafana shows the scale from its end to its beginning: "always", "dark" or "light" (in that theme
	// only), or anything else for never.
	Turned string
}

// SchemeNamed finds a scheme by its name in Grafana. Grafana has the schemes of d3-scale-chromatic.
func SchemeNamed(name string) (Scheme, bool) {
	switch name {
	case "Turbo":
		return Scheme{turbo, "light"}, true
	case "Cividis":
		return Scheme{cividis, "light"}, true
	case "Warm":
		return Scheme{cubehelixBetween([3]float64{-100, 0.75, 0.35}, [3]float64{80, 1.5, 0.8}), "light"}, true
	case "Cool":
		return Scheme{cubehelixBetween([3]float64{260, 0.75, 0.35}, [3]float64{80, 1.5, 0.8}), "light"}, true
	case "Cubehelix":
		return Scheme{cubehelixBetween([3]float64{300, 0.5, 0}, [3]float64{-240, 0.5, 1}), "light"}, true
	case "Rainbow":
		return Scheme{rainbow, "always"}, true
	case "Sinebow":
		return Scheme{sinebow, "always"}, true
	}
	for _, line := range strings.Split(schemesText, "\n") {
		if words := strings.Fields(line); len(words) == 3 && words[0] == name && name != "#" {
			return Scheme{listed(words[2]), words[1]}, true
		}
	}
	return Scheme{}, false
}

// listed is a scale through colours whose hex digits are written one after the other. A scale of few colours is smooth.
func listed(digits string) func(float64) Color {
	var path []Color
	for i := 0; i+6 <= len(digits); i += 6 {
		c, _ := parseHex("#" + digits[i:i+6])
		path = append(path, c)
	}
	if len(path) < 256 {
		return func(t float64) Color { return Spline(path, t) }
	}
	return func(t float64) Color { return path[min(max(int(math.Floor(t*float64(len(path)))), 0), len(path)-1)] }
}

// turbo is Anton Mikhailov's scale. As in d3 it is approximated by polynomials of the fifth degree.
func turbo(t float64) Color {
	return Color{
		34.61 + t*(1172.33-t*(10793.56-t*(33300.12-t*(38394.49-t*14825.05)))),
		23.31 + t*(557.33+t*(1225.33-t*(3574.96-t*(1073.77+t*707.56)))),
		27.2 + t*(3211.1-t*(15327.97-t*(27814-t*(22569.18-t*6838.66)))), 1}
}

// cividis is the scale of Nuñez, Anderton and Renslow. It is approximated as in d3.
func cividis(t float64) Color {
	return Color{
		-4.54 - t*(35.34-t*(2381.73-t*(6402.7-t*(7024.72-t*2710.57)))),
		32.49 + t*(170.73+t*(52.82-t*(131.46-t*(176.58-t*67.37)))),
		81.24 + t*(442.36-t*(2482.43-t*(6167.24-t*(6614.94-t*2475.67)))), 1}
}

// cubehelix is a colour of Dave Green's scheme. The hue h is in degrees; s is the saturation and l the lightness.
func cubehelix(h, s, l float64) Color {
	angle := (h + 120) * math.Pi / 180
	a := s * l * (1 - l)
	cos, sin := math.Cos(angle), math.Sin(angle)
	return Color{255 * (l + a*(-0.14861*cos+1.78277*sin)), 255 * (l + a*(-0.29227*cos-0.90649*sin)), 255 * (l + a*1.97294*cos), 1}
}

func cubehelixBetween(a, b [3]float64) func(float64) Color {
	return func(t float64) Color {
		return cubehelix(a[0]+t*(b[0]-a[0]), a[1]+t*(b[1]-a[1]), a[2]+t*(b[2]-a[2]))
	}
}

func rainbow(t float64) Color {
	off := math.Abs(t - 0.5)
	return cubehelix(360*t-100, 1.5-1.5*off, 0.8-0.9*off)
}

func sinebow(t float64) Color {
	angle := (0.5 - t) * math.Pi
	square := func(a float64) float64 { s := math.Sin(a); return 255 * s * s }
	return Color{square(angle), square(angle + math.Pi/3), square(angle + 2*math.Pi/3), 1}
}
