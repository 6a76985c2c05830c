package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	"sigs.k8s.io/yaml"

	"macrowatch/internal/testkit/oidcprovider"
	"macrowatch/internal/testkit/pgtest"
	"macrowatch/internal/testkit/testport"
)

// The container of the Kubernetes manifest starts with its own flags, answers its probes, and shows nobody the book without a
// login. Only the places of this machine differ.
func TestTheFlagsOfTheKubernetesManifest(t *testing.T) {
	t.Parallel()
	text := replaced(t, "kubernetes/macrowatch.yaml")
	document, _, _ := strings.Cut(text, "\n---\n")
	var d appsv1.Deployment
	if err := yaml.UnmarshalStrict([]byte(document), &d); err != nil {
		t.Fatal(err)
	}
	c := d.Spec.Template.Spec.Containers[0]
	secret := filepath.Join(t.TempDir(), "oidc-secret")
	writeText(t, secret, oidcprovider.Secret+"\n")
	metrics := strconv.Itoa(testport.Free(t))
	places := map[string]string{
		"--listen=0.0.0.0:3002":                                 "--listen=0.0.0.0:0",
		"--metrics-listen=0.0.0.0:9102":                         "--metrics-listen=0.0.0.0:" + metrics,
		"--oidc-issuer=https://login.example/realms/desk":       "--oidc-issuer=" + oidcprovider.Start(t).URL,
		"--oidc-client-secret-file=/etc/macrowatch/oidc-secret": "--oidc-client-secret-file=" + secret,
	}
	var args []string
	for _, arg := range c.Args {
		if place := places[arg]; place != "" {
			arg = place
			delete(places, c.Args[len(args)])
		}
		args = append(args, arg)
	}
	if len(places) > 0 {
		t.Fatalf("the manifest lacks %v", places)
	}
	// The root file system of the container is read-only, and the user has no home of its own to write to.
	home := filepath.Join(t.TempDir(), "home")
	if err := os.Mkdir(home, 0o500); err != nil {
		t.Fatal(err)
	}
	s := start(t, []string{"DATABASE_URL=" + pgtest.MigratedURL(t), "HOME=" + home}, args...)
	for path, want := range map[string]int{
		c.LivenessProbe.HTTPGet.Path: http.StatusOK, c.ReadinessProbe.HTTPGet.Path: http.StatusOK, "/metrics": http.StatusOK, "/api/search": http.StatusNotFound,
	} {
		if status, body := get(t, "http://127.0.0.1:"+metrics+path); status != want {
			t.Errorf("%s at the address of the probes: %d %.200s", path, status, body)
		}
	}
	for path, want := range map[string]int{"/api/search": http.StatusUnauthorized, "/metrics": http.StatusNotFound, "/login": http.StatusOK} {
		if status, body := get(t, strings.TrimSuffix(s.url, "/")+path); status != want {
			t.Errorf("%s: %d %.200s, want %d", path, status, body, want)
		}
	}
}
