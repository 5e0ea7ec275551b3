import { SecurityGroup } from "@rhumbline/proto/rhumbline/topology/v1/security_group";
import type { Command } from "commander";
import { addDelete, addGet, addList, nameOrIdHelp } from "../resource/commands.ts";
import {
  type DescribedOptions,
  given,
  maskOf,
  projectFlag,
  repeated,
  withDescribedFlags,
  withNameFlag,
} from "../resource/flags.ts";
import { change, finishChange, type MutationOptions, withMutationFlags } from "../resource/mutation.ts";
import type { Run } from "../run.ts";
import { resolveSecurityGroup, securityGroupResource } from "./security-group-resource.ts";
import { addSecurityGroupRuleCommands } from "./security-group-rule.ts";

interface SettableOptions extends DescribedOptions, MutationOptions {}

interface CreateOptions extends SettableOptions {
  readonly project?: string;
}

const settable = ({ name, description, tag }: SettableOptions) => given({ name, description, tags: repeated(tag) });

export function addSecurityGroupCommands(program: Command, run: Run): void {
  const group = program.command("security-group").description("rules of what may reach and leave ports");
  const create = withDescribedFlags(
    group.command("create").description("make a group that lets everything out and nothing in").argument("<name>"),
  ).option(...projectFlag);
  withMutationFlags(create, securityGroupResource).action(
    run(async (session, name: string, options: CreateOptions) => {
      const wanted = { ...settable(options), name, ...given({ projectId: options.project }) };
      const securityGroup = SecurityGroup.fromPartial(wanted);
      const answer = await change(options, (fields) =>
        session.securityGroups.createSecurityGroup({ securityGroup, ...fields }),
      );
      const found = { item: answer.securityGroup, position: answer.position };
      await finishChange(session, securityGroupResource, found, options);
    }),
  );
  addGet(group, securityGroupResource, run);
  addList(group, securityGroupResource, run);
  const set = group
    .command("set")
    .description("change what a security group is called and what people say of it")
    .argument("<security-group>", nameOrIdHelp(securityGroupResource));
  withMutationFlags(withDescribedFlags(withNameFlag(set)), securityGroupResource).action(
    run(async (session, nameOrId: string, options: SettableOptions) => {
      const changes = settable(options);
      const updateMask = maskOf(changes);
      const id = await resolveSecurityGroup(session, nameOrId);
      const securityGroup = SecurityGroup.fromPartial({ ...changes, id });
      const answer = await change(options, (fields) =>
        session.securityGroups.updateSecurityGroup({ securityGroup, updateMask, etag: "", ...fields }),
      );
      const found = { item: answer.securityGroup, position: answer.position };
      await finishChange(session, securityGroupResource, found, options);
    }),
  );
  addDelete(group, securityGroupResource, run);
  addSecurityGroupRuleCommands(group, run);
}
