import type { Stamp } from "@rhumbline/event-sourcing";
import { withFields } from "../resource/fields.ts";
import { carried, createdAt, updatedAt } from "../resource/stamped.ts";
import type { NetworkEvent } from "./events.ts";
import { absentNetwork, type NetworkState, networkFields } from "./state.ts";

export function evolveNetwork(state: NetworkState, event: NetworkEvent, stamp: Stamp): NetworkState {
  switch (event.type) {
    case "NetworkCreated": {
      const network = carried(event.data.network, event.type);
      return { status: "active", id: network.id, network, ...createdAt(stamp) };
    }
    case "NetworkUpdated": {
      if (state.status === "absent") return state;
      const values = carried(event.data.network, event.type);
      const network = withFields(state.network, values, event.data.changed, networkFields);
      return { ...state, network, ...updatedAt(stamp) };
    }
    case "NetworkDeleted":
      return absentNetwork;
    default:
      return event satisfies never;
  }
}
