// Command talos does with the machines of built folders what `talosctl` does: `gen config`, `machineconfig patch`,
// `validate --mode metal`, in the version of Talos that it is built with; with a folder for topf what topf does. One line a
// problem; status 1 if there are any.
//
// What `-without` lists is taken out of the files first: kinds of documents, and of a kind (`Kind.key`) a key. `-whole` is a
// folder in which each machine's whole configuration is written, for whoever looks at it with the schema.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"text/template"
	"time"

	"github.com/siderolabs/talos/pkg/machinery/config"
	"github.com/siderolabs/talos/pkg/machinery/config/configpatcher"
	"github.com/siderolabs/talos/pkg/machinery/config/generate"
	"github.com/siderolabs/talos/pkg/machinery/config/generate/secrets"
	"github.com/siderolabs/talos/pkg/machinery/config/machine"
	"gopkg.in/yaml.v3"
)

var problems int

func problem(path string, err error) {
	problems++
	fmt.Printf("%s: %v\n", path, err)
}

// metal is how Talos names machines that are neither containers nor in a cloud.
type metal struct{}

func (metal) String() string        { return "metal" }
func (metal) RequiresInstall() bool { return true }
func (metal) InContainer() bool     { return false }

// keys are made once: all networks take the same, since making them takes most of the time.
var keys *secrets.Bundle

// without has what is taken out, each as a kind or as `Kind.key`.
var without = map[string]bool{}

// whole is the folder for whole configurations; empty where nobody asked for them.
var whole string

func main() {
	flag.StringVar(&whole, "whole", "", "the folder that whole configurations are written to")
	list := flag.String("without", "", "the kinds, and keys of kinds, that are taken out, with commas")
	flag.Parse()
	for _, part := range strings.Split(*list, ",") {
		without[part] = true
	}
	machines := 0
	for _, out := range flag.Args() {
		folder := filepath.Join(out, "talos")
		if _, err := os.Stat(filepath.Join(folder, "talconfig.yaml")); err == nil {
			machines += readMachines(folder)
		}
		if _, err := os.Stat(filepath.Join(folder, "topf.yaml")); err == nil {
			machines += readTopf(folder)
		}
	}
	fmt.Printf("%d machines, %d problems\n", machines, problems)
	if problems > 0 || machines == 0 {
		os.Exit(1)
	}
}

func readMachines(folder string) int {
	var said struct {
		ClusterName       string `yaml:"clusterName"`
		Endpoint          string `yaml:"endpoint"`
		KubernetesVersion string `yaml:"kubernetesVersion"`
		TalosVersion      string `yaml:"talosVersion"`
		Nodes             []struct {
			Hostname     string `yaml:"hostname"`
			ControlPlane bool   `yaml:"controlPlane"`
		} `yaml:"nodes"`
	}
	path := filepath.Join(folder, "talconfig.yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		problem(path, err)
		return 0
	}
	if err := yaml.Unmarshal(text, &said); err != nil {
		problem(path, err)
		return 0
	}
	input, err := newInput(said.ClusterName, said.Endpoint, said.KubernetesVersion, said.TalosVersion)
	if err != nil {
		problem(path, err)
		return 0
	}
	files, err := byHostname(filepath.Join(folder, "machines"))
	if err != nil {
		problem(folder, err)
		return 0
	}
	for _, node := range said.Nodes {
		path, isSaid := files[node.Hostname]
		if !isSaid {
			path = filepath.Join(folder, "machines", node.Hostname+".yaml")
		}
		role := machine.TypeWorker
		if node.ControlPlane {
			role = machine.TypeControlPlane
		}
		if err := readMachine(path, input, role); err != nil {
			problem(path, err)
		}
	}
	return len(said.Nodes)
}

// byHostname are the files of a folder by the host names that they say: a file is called as the source calls the machine.
func byHostname(folder string) (map[string]string, error) {
	paths, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	if err != nil {
		return nil, err
	}
	files := map[string]string{}
	for _, path := range paths {
		file, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		decoder := yaml.NewDecoder(file)
		for {
			var said struct {
				Hostname string `yaml:"hostname"`
				Machine  struct {
					Network struct {
						Hostname string `yaml:"hostname"`
					} `yaml:"network"`
				} `yaml:"machine"`
			}
			if err := decoder.Decode(&said); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				return nil, fmt.Errorf("%s: %w", path, err)
			}
			for _, name := range []string{said.Hostname, said.Machine.Network.Hostname} {
				if name != "" {
					files[name] = path
				}
			}
		}
	}
	return files, nil
}

// newInput is what `talosctl gen config` is asked for.
func newInput(name, endpoint, kubernetes, talos string) (*generate.Input, error) {
	contract, err := config.ParseContractFromVersion(talos)
	if err != nil {
		return nil, err
	}
	if keys == nil {
		if keys, err = secrets.NewBundle(secrets.NewFixedClock(time.Now()), contract); err != nil {
			return nil, err
		}
	}
	options := []generate.Option{generate.WithVersionContract(contract), generate.WithSecretsBundle(keys)}
	if without["UnattendedInstallConfig"] {
		// The disk stood in what is taken out, and each machine must say one: `talosctl` takes this where none is said.
		options = append(options, generate.WithInstallDisk("/dev/sda"))
	}
	return generate.NewInput(name, endpoint, strings.TrimPrefix(kubernetes, "v"), options...)
}

// readTopf makes the machines of a folder for topf: it lays each document over the one before, those of all machines, then
// those of the role, then those of the machine.
func readTopf(folder string) int {
	var said struct {
		ClusterName       string `yaml:"clusterName"`
		ClusterEndpoint   string `yaml:"clusterEndpoint"`
		KubernetesVersion string `yaml:"kubernetesVersion"`
		TalosVersion      string `yaml:"talosVersion"`
		Nodes             []struct {
			Host string `yaml:"host"`
			Role string `yaml:"role"`
		} `yaml:"nodes"`
	}
	path := filepath.Join(folder, "topf.yaml")
	text, err := os.ReadFile(path)
	if err == nil {
		err = yaml.Unmarshal(text, &said)
	}
	var input *generate.Input
	if err == nil {
		input, err = newInput(said.ClusterName, said.ClusterEndpoint, said.KubernetesVersion, said.TalosVersion)
	}
	if err != nil {
		problem(path, err)
		return 0
	}
	for _, node := range said.Nodes {
		role := machine.TypeWorker
		if node.Role == "control-plane" {
			role = machine.TypeControlPlane
		}
		own := filepath.Join(folder, "node", node.Host)
		patches, err := patchesIn(filepath.Join(folder, "all"), filepath.Join(folder, node.Role), own)
		if err == nil {
			err = patch(own, input, role, patches)
		}
		if err != nil {
			problem(own, err)
		}
	}
	return len(said.Nodes)
}

// patchesIn are the documents of the files of folders in the order of their names, each a patch.
func patchesIn(folders ...string) ([]configpatcher.Patch, error) {
	var patches []configpatcher.Patch
	for _, folder := range folders {
		entries, err := os.ReadDir(folder)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
		// They are in the order of their names.
		for _, entry := range entries {
			path := filepath.Join(folder, entry.Name())
			text, err := os.ReadFile(path)
			if err == nil && strings.HasSuffix(path, ".tpl") {
				text, err = filled(path, text)
			}
			if err != nil {
				return nil, fmt.Errorf("%s: %w", path, err)
			}
			if text, err = known(text); err != nil {
				return nil, fmt.Errorf("%s: %w", path, err)
			}
			for _, document := range bytes.Split(text, []byte("\n---\n")) {
				if len(bytes.TrimSpace(document)) == 0 {
					continue
				}
				patch, err := configpatcher.LoadPatch(document)
				if err != nil {
					return nil, fmt.Errorf("%s: %w", path, err)
				}
				patches = append(patches, patch)
			}
		}
	}
	return patches, nil
}

// value is what each variable of topf's environment is, chosen so that it breaks what does not quote it, and is a key where
// a key has to be.
const value = "QEHXGV4xOSMvZPKdUYzFYHgv4a7Y3sAgMZC2VQzeSEk="

// filled is a template as topf fills it in: a Go template with functions of sprig, of which these are known here, since hnet
// writes no others. What comes of it has to be YAML.
func filled(path string, text []byte) ([]byte, error) {
	functions := template.FuncMap{
		"env":   func(string) string { return value },
		"quote": func(text string) string { return strconv.Quote(text) },
		"fail":  func(text string) (string, error) { return "", errors.New(text) },
	}
	parsed, err := template.New(path).Option("missingkey=error").Funcs(functions).Parse(string(text))
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = parsed.Execute(&out, nil)
	return out.Bytes(), err
}

func readMachine(path string, input *generate.Input, role machine.Type) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if text, err = known(text); err != nil {
		return err
	}
	loaded, err := configpatcher.LoadPatch(text)
	if err != nil {
		return err
	}
	return patch(path, input, role, []configpatcher.Patch{loaded})
}

// patch makes a machine of a role, lays patches over it and asks Talos whether it is sound.
func patch(path string, input *generate.Input, role machine.Type, patches []configpatcher.Patch) error {
	base, err := input.Config(role)
	if err != nil {
		return err
	}
	patched, err := configpatcher.Apply(configpatcher.WithConfig(base), patches)
	if err != nil {
		return err
	}
	made, err := patched.Config()
	if err != nil {
		return err
	}
	if whole != "" {
		name := strings.ReplaceAll(strings.TrimPrefix(path, "/"), "/", "_")
		text, err := patched.Bytes()
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(whole, strings.TrimSuffix(name, ".yaml")+".yaml"), text, 0o600); err != nil {
			return err
		}
	}
	warnings, err := made.Validate(metal{})
	for _, warning := range warnings {
		fmt.Printf("%s: warning: %s\n", path, warning)
	}
	return err
}

// secret is a key that a placeholder stands for, since no file that is committed may say it.
var secret = regexp.MustCompile(`((?:privateKey|presharedKey|passphrase): )"?\$\{[^}]*\}"?`)

// known is the text less what is taken out, and with secrets: some key of WireGuard's.
func known(text []byte) ([]byte, error) {
	text = secret.ReplaceAll(text, []byte("${1}QEHXGV4xOSMvZPKdUYzFYHgv4a7Y3sAgMZC2VQzeSEk="))
	var kept bytes.Buffer
	encoder := yaml.NewEncoder(&kept)
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	for {
		document := map[string]any{}
		if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
			if kept.Len() == 0 {
				return nil, nil
			}
			return kept.Bytes(), encoder.Close()
		} else if err != nil {
			return nil, err
		}
		kind, _ := document["kind"].(string)
		if without[kind] && kind != "" {
			continue
		}
		for key := range document {
			if without[kind+"."+key] {
				delete(document, key)
			}
		}
		if err := encoder.Encode(document); err != nil {
			return nil, err
		}
	}
}
