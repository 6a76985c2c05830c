package packaging

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"sigs.k8s.io/yaml"

	"macrowatch/internal/testkit/testfiles"
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
	if n := strings.Count(text, "\nkind: "); n != 6 {
		t.Errorf("%d manifests, and this test reads 6", n)
	}
	settings := manifest[corev1.ConfigMap](t, text, "ConfigMap")
	disruption := manifest[policyv1.PodDisruptionBudget](t, text, "PodDisruptionBudget")
	d := manifest[appsv1.Deployment](t, text, "Deployment")
	service := manifest[corev1.Service](t, text, "Service")
	ingress := manifest[networkingv1.Ingress](t, text, "Ingress")
	policy := manifest[networkingv1.NetworkPolicy](t, text, "NetworkPolicy")

	labels := d.Spec.Template.Labels
	for who, selector := range map[string]map[string]string{
		"the deployment": d.Spec.Selector.MatchLabels, "the service": service.Spec.Selector, "the policy": policy.Spec.PodSelector.MatchLabels,
		"the spread": d.Spec.Template.Spec.TopologySpreadConstraints[0].LabelSelector.MatchLabels, "the budget": disruption.Spec.Selector.MatchLabels,
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
	if strings.Contains(strings.Join(c.Args, " ")+settings.Data["macrowatch.yaml"], "insecure") {
		t.Error("nobody has to log in")
	}
	if *d.Spec.Replicas < 2 {
		t.Errorf("only %d servers, so that an update of a node ends them all", *d.Spec.Replicas)
	}
	mounted(t, d.Spec.Template.Spec, settings)
}

// mounted checks that each volume is mounted, and that the volume of the settings has those of the ConfigMap.
func mounted(t *testing.T, pod corev1.PodSpec, settings corev1.ConfigMap) {
	t.Helper()
	volumes := map[string]corev1.Volume{}
	for _, v := range pod.Volumes {
		volumes[v.Name] = v
	}
	for _, m := range pod.Containers[0].VolumeMounts {
		if _, there := volumes[m.Name]; !there {
			t.Errorf("%s is mounted, and is no volume", m.Name)
		}
		delete(volumes, m.Name)
		if m.Name == "settings" && pod.Containers[0].Args[1] != "--config="+m.MountPath+"/macrowatch.yaml" {
			t.Errorf("the server reads %s, and its settings are in %s", pod.Containers[0].Args[1], m.MountPath)
		}
	}
	if len(volumes) > 0 {
		t.Errorf("these volumes are not mounted: %v", volumes)
	}
	for _, v := range pod.Volumes {
		if v.Projected != nil && v.Projected.Sources[0].ConfigMap.Name != settings.Name {
			t.Errorf("the settings come from %s", v.Projected.Sources[0].ConfigMap.Name)
		}
	}
}

// published returns the published schemas of the kinds in the manifests, by version and kind. An object has no other keys than those
// that its schema names.
func published(t *testing.T) map[string]*jsonschema.Schema {
	t.Helper()
	var document map[string]map[string]map[string]any
	if err := json.Unmarshal(testfiles.Read(t, "kubernetes/schemas.json"), &document); err != nil {
		t.Fatal(err)
	}
	for _, schema := range document["definitions"] {
		if schema["properties"] != nil {
			schema["additionalProperties"] = false
		}
		if schema["format"] == "int-or-string" {
			schema["type"] = []string{"integer", "string"} // the published file says only "string", for want of a type for both
		}
	}
	text, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("mem://kubernetes.json", value); err != nil {
		t.Fatal(err)
	}
	schemas := map[string]*jsonschema.Schema{}
	for kind, definition := range map[string]string{
		"v1 ConfigMap": "io.k8s.api.core.v1.ConfigMap", "v1 Service": "io.k8s.api.core.v1.Service",
		"apps/v1 Deployment": "io.k8s.api.apps.v1.Deployment", "policy/v1 PodDisruptionBudget": "io.k8s.api.policy.v1.PodDisruptionBudget",
		"networking.k8s.io/v1 Ingress": "io.k8s.api.networking.v1.Ingress", "networking.k8s.io/v1 NetworkPolicy": "io.k8s.api.networking.v1.NetworkPolicy",
	} {
		schemas[kind] = compiler.MustCompile("mem://kubernetes.json#/definitions/" + definition)
	}
	return schemas
}

// follows returns what is wrong with a manifest by the published schema of its kind.
func follows(t *testing.T, schemas map[string]*jsonschema.Schema, document string) error {
	t.Helper()
	text, err := yaml.YAMLToJSONStrict([]byte(document))
	if err != nil {
		return err
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	object := value.(map[string]any)
	schema := schemas[object["apiVersion"].(string)+" "+object["kind"].(string)]
	if schema == nil {
		t.Fatalf("no schema for %v %v", object["apiVersion"], object["kind"])
	}
	return schema.Validate(value)
}

func TestTheManifestsFollowThePublishedSchemas(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(manifests)
	if err != nil {
		t.Fatal(err)
	}
	schemas := published(t)
	for _, document := range strings.Split(string(raw), "\n---\n") {
		if err := follows(t, schemas, document); err != nil {
			t.Errorf("%v\n%s", err, document)
		}
	}
	const deployment = "apiVersion: apps/v1\nkind: Deployment\nspec: "
	for _, wrong := range []string{
		"{replicas: one, selector: {}, template: {}}", "{replica: 2, selector: {}, template: {}}", "{replicas: 2, template: {}}",
		"{selector: {}, template: {spec: {containers: [{image: macrowatch}]}}}", "{selector: {}, template: {spec: {containers: [{name: a, livenessProbe: {httpGet: {path: /livez}}}]}}}",
	} {
		if follows(t, schemas, deployment+wrong) == nil {
			t.Errorf("%s is taken", wrong)
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
