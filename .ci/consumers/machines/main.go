// Command machines lets talhelper make the machine configurations of talconfigs, all with the same secrets:
//
//	machines SECRETS FOLDER...
//
// SECRETS is a file, made where it is not there. In each FOLDER lies a talconfig.yaml with its patches; the machines come
// into FOLDER/machines/, and what hinders talhelper into FOLDER/error.txt. Variables that nobody sets are set to what
// their name says, the same everywhere, and patch files that are not there are made empty.
package main

import (
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	talhelper "github.com/budimanjojo/talhelper/v3/pkg/config"
	"github.com/budimanjojo/talhelper/v3/pkg/generate"
	"github.com/siderolabs/talos/pkg/machinery/config/generate/secrets"
	"gopkg.in/yaml.v3"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Println("usage: machines SECRETS FOLDER...")
		os.Exit(2)
	}
	if err := ensureSecrets(os.Args[1]); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	for _, folder := range os.Args[2:] {
		if err := machines(os.Args[1], folder); err != nil {
			if err := os.WriteFile(filepath.Join(folder, "error.txt"), []byte(err.Error()+"\n"), 0o600); err != nil {
				fmt.Println(err)
				os.Exit(1)
			}
		}
	}
}

func ensureSecrets(path string) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	bundle, err := secrets.NewBundle(secrets.NewClock(), nil)
	if err != nil {
		return err
	}
	// talhelper knows fields of its own version only, and decrypts what has a key `sops`.
	text, err := yaml.Marshal(bundle)
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}

var (
	variable = regexp.MustCompile(`\$\{?([A-Za-z_][A-Za-z0-9_]*)`)
	named    = regexp.MustCompile(`(?m)^\s*-\s*["']?@([^"'\s]+)`)
)

func machines(secrets, folder string) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("talhelper panics: %v", cause)
		}
	}()
	unset, err := setKnown(filepath.Join(folder, "talenv.yaml"))
	if err != nil {
		return err
	}
	defer unset()
	path := filepath.Join(folder, "talconfig.yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		setVariables(string(text))
		return err
	}); err != nil {
		return err
	}
	for _, match := range named.FindAllStringSubmatch(string(text), -1) {
		if err := ensureFile(filepath.Join(folder, match[1])); err != nil {
			return err
		}
	}
	// What is wrong it only prints.
	told, err := os.Create(filepath.Join(folder, "told.txt"))
	if err != nil {
		return err
	}
	defer func(stdout *os.File) {
		os.Stdout = stdout
		told.Close()
	}(os.Stdout)
	os.Stdout = told
	config, err := talhelper.LoadAndValidateFromFile(path, nil, false)
	if err != nil {
		told, _ := os.ReadFile(told.Name())
		return fmt.Errorf("%w: %s", err, strings.Join(strings.Fields(string(told)), " "))
	}
	// A file is named as the import names the machine, before variables are known.
	var said struct{ Nodes []struct{ Hostname string } }
	if err := yaml.Unmarshal(text, &said); err != nil {
		return err
	}
	for index := range config.Nodes {
		config.Nodes[index].FilenameTmpl = soundName(said.Nodes[index].Hostname) + ".yaml"
	}
	out := filepath.Join(folder, "machines")
	return generate.GenerateConfig(config, false, out, secrets, "metal", true, true, time.Hour)
}

// soundName makes a name of hnet of any text, as hnet-import/src/talos/cluster.rs does.
func soundName(text string) string {
	plain := strings.Map(func(char rune) rune {
		if char >= 'a' && char <= 'z' || char >= '0' && char <= '9' {
			return char
		}
		return '-'
	}, strings.ToLower(text))
	return strings.Trim(plain[:min(len(plain), 63)], "-")
}

// setKnown sets the variables that a file says in the clear, as talhelper does; what it returns takes them back, since
// another folder says others.
func setKnown(path string) (func(), error) {
	text, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return func() {}, nil
	}
	if err != nil {
		return nil, err
	}
	known := map[string]any{}
	if err := yaml.Unmarshal(text, &known); err != nil {
		return nil, err
	}
	if _, isEncrypted := known["sops"]; isEncrypted {
		return func() {}, nil
	}
	for name, value := range known {
		os.Setenv(name, fmt.Sprint(value))
	}
	return func() {
		for name := range known {
			os.Unsetenv(name)
		}
	}, nil
}

// setVariables sets those variables that a text names and nobody has set.
func setVariables(text string) {
	for _, match := range variable.FindAllStringSubmatch(text, -1) {
		if _, isSet := os.LookupEnv(match[1]); !isSet {
			os.Setenv(match[1], valueOf(match[1]))
		}
	}
}

// valueOf makes up a value of the kind that a variable's name says.
func valueOf(name string) string {
	hash := fnv.New32a()
	hash.Write([]byte(name))
	number := 2 + hash.Sum32()%250
	has := func(words ...string) bool {
		for _, word := range words {
			if strings.Contains(strings.ToUpper(name), word) {
				return true
			}
		}
		return false
	}
	switch {
	case has("CIDR", "SUBNET", "_NET"):
		return fmt.Sprintf("10.%d.0.0/16", number)
	case has("MAC"):
		return fmt.Sprintf("02:00:00:00:00:%02x", number)
	case has("KUBERNETESVERSION", "KUBERNETES_VERSION"):
		return "v1.36.0"
	case has("TALOSVERSION", "TALOS_VERSION"):
		return "v1.13.9"
	case has("DOMAIN"):
		return "example.net"
	case has("IP", "ADDR", "VIP", "GATEWAY", "ROUTER", "DNS", "HOST", "ENDPOINT", "NAMESERVER"):
		return fmt.Sprintf("10.99.0.%d", number)
	default:
		return fmt.Sprintf("value%d", number)
	}
}

func ensureFile(path string) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.WriteFile(path, nil, 0o600)
}
