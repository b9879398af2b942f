// Command consumers reads built folders with the programs that will read them: talhelper makes
// machine configuration of talconfig.yaml, Talos applies and validates the patches of every
// machine, and CoreDNS's own parser reads the Corefiles. A file NAME.yaml beside a NAME.json is read as
// kubectl reads YAML and must hold the same. One line a problem; status 1 if there are any.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"time"

	talhelper "github.com/budimanjojo/talhelper/v3/pkg/config"
	"github.com/budimanjojo/talhelper/v3/pkg/generate"
	"github.com/budimanjojo/talhelper/v3/pkg/talos"
	"github.com/coredns/caddy/caddyfile"
	"github.com/siderolabs/talos/pkg/machinery/config/configpatcher"
	"gopkg.in/yaml.v3"
	kubectl "sigs.k8s.io/yaml"
)

var problems int

func problem(path string, err error) {
	problems++
	fmt.Printf("%s: %v\n", path, err)
}

func main() {
	for _, out := range os.Args[1:] {
		if strings.HasSuffix(out, ".yaml") {
			readTexts(out)
			continue
		}
		readTalconfig(out)
		readCorefiles(out)
	}
	fmt.Printf("%d builds, %d problems of their readers\n", len(os.Args)-1, problems)
	if problems > 0 {
		os.Exit(1)
	}
}

// readTexts compares a YAML file, as kubectl reads it, with the JSON file beside it.
func readTexts(path string) {
	text, err := os.ReadFile(path)
	if err != nil {
		problem(path, err)
		return
	}
	wanted, err := os.ReadFile(strings.TrimSuffix(path, ".yaml") + ".json")
	if err != nil {
		problem(path, err)
		return
	}
	var found, expected map[string]any
	if err := kubectl.UnmarshalStrict(text, &found); err != nil {
		problem(path, err)
		return
	}
	if err := json.Unmarshal(wanted, &expected); err != nil {
		problem(path, err)
		return
	}
	if !reflect.DeepEqual(found, expected) {
		problem(path, errors.New("kubectl reads other texts than were written"))
	}
}

// readTalconfig lets talhelper generate all machines, and Talos take the patches of each of them.
func readTalconfig(out string) {
	path := filepath.Join(out, "talos", "talconfig.yaml")
	if _, err := os.Stat(path); os.IsNotExist(err) {
		return
	}
	config, err := talhelper.LoadAndValidateFromFile(path, nil, true)
	if err != nil {
		problem(path, err)
		return
	}
	folder, err := os.MkdirTemp("", "consumers")
	if err != nil {
		problem(path, err)
		return
	}
	defer os.RemoveAll(folder)
	if err := generate.GenerateConfig(config, false, folder, "", "metal", true, true, time.Hour); err != nil {
		problem(path, err)
		return
	}
	input, err := talos.NewClusterInput(config, "", "metal")
	if err != nil {
		problem(path, err)
		return
	}
	for index := range config.Nodes {
		node := &config.Nodes[index]
		path := filepath.Join(out, "talos", "machines", node.Hostname+".yaml")
		text, err := os.ReadFile(path)
		if err != nil {
			problem(path, err)
			continue
		}
		// What a machine starts from, without anything of the network: Talos's own configuration for its role.
		base, err := input.Config(machineType(node))
		if err != nil {
			problem(path, err)
			continue
		}
		patch, err := configpatcher.LoadPatch(text)
		if err != nil {
			problem(path, err)
			continue
		}
		patched, err := configpatcher.Apply(configpatcher.WithConfig(base), []configpatcher.Patch{patch})
		if err != nil {
			problem(path, err)
			continue
		}
		whole, err := patched.Bytes()
		if err != nil {
			problem(path, err)
			continue
		}
		if err := talos.ValidateConfigFromBytes(whole, "metal"); err != nil {
			problem(path, err)
		}
	}
}

// readCorefiles parses what ConfigMaps hold under a key of CoreDNS.
func readCorefiles(out string) {
	paths, _ := filepath.Glob(filepath.Join(out, "infrastructure", "networking", "coredns", "*.yaml"))
	for _, path := range paths {
		file, err := os.Open(path)
		if err != nil {
			problem(path, err)
			continue
		}
		decoder := yaml.NewDecoder(file)
		for {
			var object struct {
				Kind string
				Data map[string]string
			}
			if decoder.Decode(&object) != nil {
				break
			}
			if object.Kind != "ConfigMap" {
				continue
			}
			for key, text := range object.Data {
				if key != "Corefile" && !strings.HasSuffix(key, ".server") {
					continue
				}
				if blocks, err := caddyfile.Parse(key, strings.NewReader(text), nil); err != nil {
					problem(path, err)
				} else if len(blocks) == 0 {
					problem(path, fmt.Errorf("%s has no server block", key))
				}
			}
		}
		file.Close()
	}
}
