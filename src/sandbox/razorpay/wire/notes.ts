/** Empty notes are a list on Razorpay's wire. */
export const withNotes = <T extends { readonly notes: object }>(entity: T): Record<string, unknown> => ({
  ...entity,
  notes: Object.keys(entity.notes).length === 0 ? [] : entity.notes,
});
