/* SPDX-License-Identifier: MIT */
/* slots.mjs: which groups have a line, and in which colour: the largest, and those stay. Pure. */

/* Map of name to slot. A group keeps its slot while it is among the largest, or nearly. */
export function pickSlots(before, groups, valueOf, most) {
	const value = new Map(groups.map((group) => [group.name, Math.abs(valueOf(group)) || 0]));
	const ranked = [...value.keys()].sort((a, b) => value.get(b) - value.get(a));
	const kept = ranked.slice(0, most * 2).filter((name) => before.has(name)).slice(0, most);
	const slots = new Map(kept.map((name) => [name, before.get(name)]));
	const free = Array.from({ length: most }, (_, i) => i)
		.filter((slot) => ![...slots.values()].includes(slot));
	for (const name of ranked)
		if (!slots.has(name) && free.length > 0)
			slots.set(name, free.shift());
	return slots;
}
