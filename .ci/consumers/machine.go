package main

import (
	talhelper "github.com/budimanjojo/talhelper/v3/pkg/config"
	"github.com/siderolabs/talos/pkg/machinery/config/machine"
)

func machineType(node *talhelper.Node) machine.Type {
	if node.ControlPlane {
		return machine.TypeControlPlane
	}
	return machine.TypeWorker
}
