// A photo from the computer, made as small as a phone would before it goes out.

const LONGEST_SIDE = 1280;
const MOST_BYTES = 1_300_000;
const QUALITIES = [0.86, 0.7, 0.5];

/** The picture as base64 JPEG without its data: head. Throws when the file is no picture this browser reads. */
export async function shrunk(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff"; // JPEG knows no transparency
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const made = QUALITIES.map((quality) => canvas.toDataURL("image/jpeg", quality).split(",")[1]);
  return made.find((data) => (data.length * 3) / 4 <= MOST_BYTES) || made[made.length - 1];
}
