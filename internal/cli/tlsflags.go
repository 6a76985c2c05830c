package cli

import (
	"crypto/tls"
	"net"

	"github.com/spf13/cobra"

	"macrowatch/internal/viewer/certificate"
)

// tlsFlags say with which certificate the viewer answers by https.
type tlsFlags struct{ cert, key string }

func (f *tlsFlags) register(c *cobra.Command) {
	c.Flags().StringVar(&f.cert, "tls-cert", "", "answer by https with the certificate of this PEM `FILE`, the intermediate ones after it; it is read again when it changes")
	c.Flags().StringVar(&f.key, "tls-key", "", "`FILE` with the key of --tls-cert in PEM form")
}

func (f *tlsFlags) given() bool { return f.cert != "" }

// tlsConfig reads the certificate. Without one it returns nil.
func (a *app) tlsConfig(f tlsFlags) (*tls.Config, error) {
	if (f.cert == "") != (f.key == "") {
		return nil, usagef("--tls-cert and --tls-key belong together: give both")
	}
	if !f.given() {
		return nil, nil
	}
	files, err := certificate.Read(f.cert, f.key, a.log, a.Now)
	if err != nil {
		return nil, usagef("--tls-cert: %v", err)
	}
	return files.Config(), nil
}

// encrypted returns a listener whose connections are encrypted if there is a configuration for that.
func encrypted(l net.Listener, config *tls.Config) net.Listener {
	if config == nil {
		return l
	}
	return tls.NewListener(l, config)
}
