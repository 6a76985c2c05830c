package packaging

import (
	"os"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"sigs.k8s.io/yaml"
)

const manifests = root + "/deploy/kubernetes/macrowatch.yaml"

// manifest returns the manifest of a kind, read as Kubernetes reads it: a key that it does not know is an error.
func manifest[T any](t *testing.T, text, kind string) T {
	t.Helper()
	var out T
	for _, document := range strings.Split(text, "\n---\n") {
		if !strings.Contains(document, "\nkind: "+kind+"\n") {
			continue
		}
		if err := yaml.UnmarshalStrict([]byte(document), &out); err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		return out
	}
	t.Fatalf("no %s", kind)
	return out
}

func TestKubernetesKnowsTheManifests(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(manifests)
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	if n := strings.Count(text, "\nkind: "); n != 4 {
		t.Errorf("%d manifests, and this test reads 4", n)
	}
	d := manifest[appsv1.Deployment](t, text, "Deployment")
	service := manifest[corev1.Service](t, text, "Service")
	ingress := manifest[networkingv1.Ingress](t, text, "Ingress")
	policy := manifest[networkingv1.NetworkPolicy](t, text, "NetworkPolicy")

	labels := d.Spec.Template.Labels
	for who, selector := range map[string]map[string]string{
		"the deployment": d.Spec.Selector.MatchLabels, "the service": service.Spec.Selector, "the policy": policy.Spec.PodSelector.MatchLabels,
	} {
		if len(selector) != 1 || selector["app.kubernetes.io/name"] != labels["app.kubernetes.io/name"] {
			t.Errorf("%s selects %v, and the pods have %v", who, selector, labels)
		}
	}
	c := d.Spec.Template.Spec.Containers[0]
	ports := map[string]bool{}
	for _, p := range c.Ports {
		ports[p.Name] = true
	}
	used := []string{service.Spec.Ports[0].TargetPort.StrVal, c.LivenessProbe.HTTPGet.Port.StrVal, c.ReadinessProbe.HTTPGet.Port.StrVal}
	for _, rule := range policy.Spec.Ingress {
		used = append(used, rule.Ports[0].Port.StrVal)
	}
	for _, port := range used {
		if !ports[port] {
			t.Errorf("the container has no port %q", port)
		}
	}
	backend := ingress.Spec.Rules[0].HTTP.Paths[0].Backend.Service
	if backend.Name != service.Name || backend.Port.Name != service.Spec.Ports[0].Name {
		t.Errorf("the ingress leads to %+v", backend)
	}
	if s := c.SecurityContext; !*s.ReadOnlyRootFilesystem || *s.AllowPrivilegeEscalation || !*d.Spec.Template.Spec.SecurityContext.RunAsNonRoot {
		t.Errorf("the container may do too much: %+v", s)
	}
	for _, arg := range c.Args {
		if strings.Contains(arg, "insecure") {
			t.Errorf("nobody has to log in: %s", arg)
		}
	}
}

// The reading is strict, or a misspelled key would pass.
func TestAMisspelledManifestIsRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"kind: Deployment\nspec: {replica: 1}", "kind: Deployment\nspec: {replicas: one}", "kind: Deployment\nspec: {replicas: 1, replicas: 2}"} {
		if err := yaml.UnmarshalStrict([]byte(text), &appsv1.Deployment{}); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}
