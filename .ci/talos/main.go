// Command talos does with the machines of built folders what `talosctl` does: `gen config`, `machineconfig patch`,
// `validate --mode metal`, in the version of Talos that it is built with. One line a problem; status 1 if there are any.
package main

import (
	"fmt"
	"os"
	"path/filepath"
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

func main() {
	machines := 0
	for _, out := range os.Args[1:] {
		machines += readMachines(filepath.Join(out, "talos"))
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
	contract, err := config.ParseContractFromVersion(said.TalosVersion)
	if err != nil {
		problem(path, err)
		return 0
	}
	kubernetes := said.KubernetesVersion
	if len(kubernetes) > 0 && kubernetes[0] == 'v' {
		kubernetes = kubernetes[1:]
	}
	if keys == nil {
		if keys, err = secrets.NewBundle(secrets.NewFixedClock(time.Now()), contract); err != nil {
			problem(path, err)
			return 0
		}
	}
	input, err := generate.NewInput(said.ClusterName, said.Endpoint, kubernetes,
		generate.WithVersionContract(contract), generate.WithSecretsBundle(keys))
	if err != nil {
		problem(path, err)
		return 0
	}
	for _, node := range said.Nodes {
		path := filepath.Join(folder, "machines", node.Hostname+".yaml")
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

func readMachine(path string, input *generate.Input, role machine.Type) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	base, err := input.Config(role)
	if err != nil {
		return err
	}
	patch, err := configpatcher.LoadPatch(text)
	if err != nil {
		return err
	}
	patched, err := configpatcher.Apply(configpatcher.WithConfig(base), []configpatcher.Patch{patch})
	if err != nil {
		return err
	}
	whole, err := patched.Config()
	if err != nil {
		return err
	}
	warnings, err := whole.Validate(metal{})
	for _, warning := range warnings {
		fmt.Printf("%s: warning: %s\n", path, warning)
	}
	return err
}
