/** How much y grows for each unit of x, by least squares; NaN if all x are the same. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (of: 0 | 1): number => points.reduce((sum, point) => sum + point[of], 0) / points.length;
  const [meanX, meanY] = [mean(0), mean(1)];
  let [shared, spread] = [0, 0];
  for (const [x, y] of points) {
    shared += (x - meanX) * (y - meanY);
    spread += (x - meanX) ** 2;
  }
  return shared / spread;
}
