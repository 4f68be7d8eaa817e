package main

import (
	"example.com/pulumi-externalinfisical/sdk/go/externalinfisical"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		conf := config.New(ctx, "")

		// How to log in at the other instance.
		drSite, err := externalinfisical.NewConnection(ctx, "dr-site", &externalinfisical.ConnectionArgs{
			Name:                        pulumi.String("dr-site"),
			InstanceUrl:                 pulumi.String(conf.Require("instanceUrl")),
			MachineIdentityClientId:     pulumi.String(conf.Require("machineIdentityClientId")),
			MachineIdentityClientSecret: conf.RequireSecret("machineIdentityClientSecret"),
		})
		if err != nil {
			return err
		}

		// The secrets of /billing, kept at the other instance.
		billing, err := externalinfisical.NewSecretSync(ctx, "billing", &externalinfisical.SecretSyncArgs{
			Name:        pulumi.String("billing"),
			Connection:  drSite,
			ProjectId:   pulumi.String(conf.Require("projectId")),
			Environment: pulumi.String("prod"),
			SecretPath:  pulumi.String("/billing"),
			DestinationConfig: externalinfisical.DestinationConfigArgs{
				ProjectId:   pulumi.String(conf.Require("destinationProjectId")),
				Environment: pulumi.String("prod"),
				SecretPath:  pulumi.String("/billing"),
			},
			SyncOptions: externalinfisical.SyncOptionsArgs{
				InitialSyncBehavior: externalinfisical.InitialSyncBehaviorOverwriteDestination,
			},
		})
		if err != nil {
			return err
		}

		ctx.Export("lastSyncedAt", billing.LastSyncedAt)
		return nil
	})
}
