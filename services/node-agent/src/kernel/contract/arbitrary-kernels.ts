import fc from "fast-check";
import { compileDesired } from "../../desired/compile-desired.ts";
import { rulesBackends } from "../../desired/host-facts.ts";
import { nothingObserved, type ObservedKernel } from "../../observed/observed-kernel.ts";
import { afterOperation } from "../../plan/effects/after-operation.ts";
import { plan } from "../../plan/plan.ts";
import { arbitraryStateWithVlans } from "./arbitrary-state.ts";
import { sampleHost } from "./sample-state.ts";

const arbitraryWish = fc.record({ state: arbitraryStateWithVlans, backend: fc.constantFrom(...rulesBackends) });

/** Kernels as a node passes through them: between the operations of plans, changed by others, read in part or anew. */
export const arbitraryKernels: fc.Arbitrary<[ObservedKernel, ObservedKernel, ...ObservedKernel[]]> = fc
  .array(arbitraryWish, { minLength: 1, maxLength: 3 })
  .chain((wishes) => {
    const stages = [nothingObserved];
    for (const { state, backend } of wishes) {
      const observed = stages.at(-1) ?? nothingObserved;
      for (const operation of plan(compileDesired(state, { ...sampleHost, backend }), observed))
        stages.push(afterOperation(stages.at(-1) ?? observed, operation));
    }
    const kernels = fc.record({ stage: fc.constantFrom(...stages), change: fc.constantFrom(...changes) });
    return fc
      .array(kernels, { minLength: 2, maxLength: 6 })
      .map(([first, second, ...others]) => [made(first), made(second), ...others.map(made)]);
  });

interface Chosen {
  readonly stage: ObservedKernel;
  readonly change: (kernel: ObservedKernel) => ObservedKernel;
}

const made = (chosen: Chosen | undefined): ObservedKernel =>
  chosen === undefined ? nothingObserved : chosen.change(chosen.stage);

const everySecond = <V>(map: ReadonlyMap<string, V>): Map<string, V> =>
  new Map([...map].filter((_, at) => at % 2 === 0));

const changes: readonly Chosen["change"][] = [
  (kernel) => kernel,
  (kernel) => structuredCloneOf(kernel),
  (kernel) => ({ ...kernel, namespaces: everySecond(kernel.namespaces) }),
  (kernel) => ({ ...kernel, sysctls: everySecond(kernel.sysctls), filter: everySecond(kernel.filter) }),
  (kernel) => ({ ...kernel, confinement: kernel.confinement && { ...kernel.confinement, intact: false } }),
  (kernel) => ({
    ...kernel,
    links: new Map([...kernel.links].map(([name, link]) => [name, { ...link, up: !link.up }])),
    namespaces: new Map(
      [...kernel.namespaces].map(([name, namespace]) => [name, { ...namespace, routes: [], links: new Map() }]),
    ),
  }),
];

/** As it is read anew: nothing of it is a value that was known before. */
function structuredCloneOf(kernel: ObservedKernel): ObservedKernel {
  const { links, sysctls, filter, forwarding, neighbours, namespaces, helpers, ...others } = kernel;
  return {
    ...structuredClone(others),
    links: anew(links),
    sysctls: anew(sysctls),
    filter: anew(filter),
    forwarding: new Map(
      [...forwarding].map(([device, { peers, destinations }]) => [
        device,
        { peers: new Set(peers), destinations: anew(destinations) },
      ]),
    ),
    neighbours: new Map([...neighbours].map(([bridge, known]) => [bridge, anew(known)])),
    helpers: new Map([...helpers].map(([name, helper]) => [name, { ...helper, files: anew(helper.files) }])),
    namespaces: new Map(
      [...namespaces].map(([name, namespace]) => [
        name,
        {
          ...namespace,
          links: anew(namespace.links),
          routes: structuredClone(namespace.routes),
          sysctls: anew(namespace.sysctls),
          tables: new Map([...namespace.tables].map(([table, chains]) => [table, anew(chains)])),
          filter: anew(namespace.filter),
        },
      ]),
    ),
  };
}

const anew = <V>(map: ReadonlyMap<string, V>): Map<string, V> => structuredClone(new Map(map));
