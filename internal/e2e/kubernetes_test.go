package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"macrowatch/internal/testkit/oidcprovider"
	"macrowatch/internal/testkit/pgtest"
)

// manifestOf returns the manifest of a kind in the text of a file of manifests.
func manifestOf[T any](t *testing.T, text, kind string) (out T) {
	t.Helper()
	for _, document := range strings.Split(text, "\n---\n") {
		if strings.Contains(document, "\nkind: "+kind+"\n") {
			if err := yaml.UnmarshalStrict([]byte(document), &out); err != nil {
				t.Fatal(err)
			}
			return out
		}
	}
	t.Fatalf("no %s", kind)
	return out
}

// The container of the Kubernetes manifests starts with its own flags and settings, answers its probes, and shows nobody the book
// without a login. Only the places of this machine differ.
func TestTheFlagsOfTheKubernetesManifest(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	secret, config := filepath.Join(dir, "oidc-secret"), filepath.Join(dir, "macrowatch.yaml")
	writeText(t, secret, oidcprovider.Secret+"\n")
	metrics := freePort(t)
	text := replaced(t, "kubernetes/macrowatch.yaml",
		"--config=/etc/macrowatch/macrowatch.yaml", "--config="+config,
		"listen: 0.0.0.0:3002\n", "listen: 0.0.0.0:0\n",
		"metrics-listen: 0.0.0.0:9102", "metrics-listen: 0.0.0.0:"+metrics,
		"oidc-issuer: https://login.example/realms/desk", "oidc-issuer: "+oidcprovider.Start(t).URL,
		"oidc-client-secret-file: /etc/macrowatch/oidc-secret", "oidc-client-secret-file: "+secret)
	c := manifestOf[appsv1.Deployment](t, text, "Deployment").Spec.Template.Spec.Containers[0]
	writeText(t, config, manifestOf[corev1.ConfigMap](t, text, "ConfigMap").Data["macrowatch.yaml"])
	var env []string
	database := pgtest.MigratedURL(t)
	for _, v := range c.Env {
		switch v.Name {
		case "DATABASE_URL", "MACROWATCH_READ_DATABASE_URL":
			env = append(env, v.Name+"="+database)
		case "XDG_STATE_HOME":
			env = append(env, v.Name+"="+dir)
		default:
			t.Errorf("%s is not known to this test", v.Name)
		}
	}
	// The root file system of the container is read-only, and the user has no home of its own to write to.
	home := filepath.Join(t.TempDir(), "home")
	if err := os.Mkdir(home, 0o500); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() != 0 { // root's files would be in root's directory, which this test should leave alone
		env = append(env, "MACROWATCH_HOME=")
	}
	s := start(t, append(env, "HOME="+home), c.Args...)
	for path, want := range map[string]int{
		c.LivenessProbe.HTTPGet.Path: http.StatusOK, c.ReadinessProbe.HTTPGet.Path: http.StatusOK, "/metrics": http.StatusOK, "/api/search": http.StatusNotFound,
	} {
		if status, body := get(t, "http://127.0.0.1:"+metrics+path); status != want {
			t.Errorf("%s at the address of the probes: %d %.200s", path, status, body)
		}
	}
	eventually(t, "the second database is read", func() (bool, string) {
		up := metricAt(t, "http://127.0.0.1:"+metrics, "macrowatch_replica_up")
		return up == "1", up
	})
	for path, want := range map[string]int{"/api/search": http.StatusUnauthorized, "/metrics": http.StatusNotFound, "/login": http.StatusOK} {
		if status, body := get(t, strings.TrimSuffix(s.url, "/")+path); status != want {
			t.Errorf("%s: %d %.200s, want %d", path, status, body, want)
		}
	}
}
